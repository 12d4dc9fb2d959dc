"""What a zone was read from, so that a reload can tell that reading it again would change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.model import ZoneSource

Read = Callable[[str], str]
Steered = Mapping[Name, frozenset[RdataType]]


@dataclass(frozen=True, slots=True)
class Sources:
    """`asked`: a digest of what was to be loaded. `files`: each file that was read, and a digest of its text."""

    asked: str = ""
    files: tuple[tuple[str, str], ...] = ()

    def unchanged(self, source: ZoneSource, read: Read, steered: Steered) -> bool:
        """Whether the same is asked for, and every file can be read and says what it said."""
        if self.asked != digest_of(source, steered):
            return False
        try:
            return all(_digest(read(path)) == digest for path, digest in self.files)
        except (OSError, UnicodeDecodeError):
            return False


class Noted:
    """Reads files for a loader, and notes each with its digest."""

    def __init__(self, read: Read) -> None:
        self.files: dict[str, str] = {}
        self._read = read

    def __call__(self, path: str) -> str:
        text = self._read(path)
        self.files[path] = _digest(text)
        return text

    def sources(self, source: ZoneSource, steered: Steered) -> Sources:
        """What was noted so far, for what was asked."""
        return Sources(digest_of(source, steered), tuple(self.files.items()))


def digest_of(source: ZoneSource, steered: Steered) -> str:
    """A digest of all that is asked for. Where in the configuration it stands makes no zone another."""
    names = sorted((name.to_text(), sorted(types)) for name, types in steered.items())
    told = replace(source, mark=None) if source.records else replace(source, mark=None, records_mark=None)
    return _digest(repr((told, names)))


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
