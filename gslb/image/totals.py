"""What all zone images have counted together, by what is counted: a total never goes back, whatever becomes of images.

images in use          ─► their counters  ┐
images of older builds ─► their counters  ├─► totals
images that went       ─► run/retired     ┘

Retiring an image is safe to be killed in: `retired` names those whose counters it holds before these are removed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple
from itertools import zip_longest
from pathlib import Path

from gslb.image.counters import ENGINE, remove_counters
from gslb.image.entry import CounterLabel
from gslb.image.files import ImageError
from gslb.image.reader import ZoneImage

RETIRED = "retired"
ZONE, COUNTERS = "zone-", "counters-"
ATTEMPTS = 5

Counted = tuple[list[CounterLabel], list[int]]


class Totals:
    """Reads the counters under the folder `run`; images that are used no more are looked for in the folder `images`."""

    def __init__(self, run: Path, images: Path) -> None:
        self._run = run
        self._images = images
        self._labels: dict[str, list[CounterLabel]] = {}  # by digest
        self._signed: tuple[int, ...] | None = None  # what was read of the retired
        self._folded: list[str] = []
        self._retired: Counter[CounterLabel] = Counter()

    def read(self, in_use: Iterable[ZoneImage] = ()) -> tuple[Counted, ...]:
        """Labels and counts: of each image in use, noughts too, then of all that was counted elsewhere.

        A label may come several times. Raises OSError.
        """
        using = {image.digest: image for image in in_use}
        found: list[Counted] = []
        for _ in range(ATTEMPTS):
            signed = _signature(self._run)
            if signed != self._signed:
                self._folded, self._retired = _read_retired(self._run)
                self._signed = signed
            found = self._read(using)
            if _signature(self._run) == signed:  # else an image was retired while we looked
                break
        return (*found, (list(self._retired), list(self._retired.values())))

    def _read(self, using: dict[str, ZoneImage]) -> list[Counted]:
        counts = _counts(self._run)
        for digest in self._folded:
            counts.pop(digest, None)
        for digest in self._labels.keys() - counts.keys() - using.keys():
            del self._labels[digest]
        found: list[Counted] = []
        for digest in dict.fromkeys((*using, *counts)):
            labels = self._labels.get(digest)
            if labels is None:
                try:
                    labels = (using.get(digest) or ZoneImage(self._images / f"{ZONE}{digest}")).labels()
                except (ImageError, OSError):  # what they count cannot be said any more
                    continue
                self._labels[digest] = labels
            found.append((labels, counts.get(digest) or [0] * len(labels)))
        return found


def retire(run: Path, images: Iterable[Path]) -> None:
    """Remove zone images that no process uses any more; what they counted stays among the totals. Raises OSError."""
    folded, retired = _read_retired(run)
    if folded:  # whoever retired these was killed
        _forget(run, folded, retired)
    paths = {path.name.removeprefix(ZONE): path for path in images}
    if not paths:
        return
    counts = _counts(run)
    for digest, path in paths.items():
        if digest in counts:
            try:
                labels = ZoneImage(path).labels()
            except (ImageError, OSError):
                continue
            for label, count in zip(labels, counts[digest], strict=False):
                if count:
                    retired[label] += count
    counted = sorted(paths.keys() & counts.keys())
    if counted:
        _write(run, counted, retired)
    for digest, path in paths.items():
        path.unlink(missing_ok=True)
        if digest not in counts:
            remove_counters(run, digest)
    if counted:
        _forget(run, counted, retired)


def _forget(run: Path, folded: Iterable[str], retired: Counter[CounterLabel]) -> None:
    """Remove counters that `retired` holds, and the note that it does: an image of the same content may come again."""
    for digest in folded:
        remove_counters(run, digest)
    _write(run, (), retired)


def _counts(run: Path) -> dict[str, list[int]]:
    """The counters of every image that has counted something, by digest, summed over all slots."""
    found: dict[str, list[int]] = {}
    for path in sorted(run.glob(f"{COUNTERS}*-*")):
        digest = path.name.removeprefix(COUNTERS).rpartition("-")[0]
        if digest == ENGINE:
            continue
        try:
            octets = path.read_bytes()
        except FileNotFoundError:
            continue
        if octets.count(0) == len(octets):
            continue
        own = memoryview(octets).cast("Q").tolist()
        known = found.get(digest)
        found[digest] = own if known is None else [one + more for one, more in zip_longest(known, own, fillvalue=0)]
    return found


def _read_retired(run: Path) -> tuple[list[str], Counter[CounterLabel]]:
    """Digests of images whose counters are in here, and all that retired images have counted."""
    try:
        data = json.loads((run / RETIRED).read_bytes())
        counts = Counter({CounterLabel(*label): int(count) for *label, count in data["counts"]})
        return list(map(str, data["folded"])), counts
    except (OSError, ValueError, KeyError, TypeError):  # none so far
        return [], Counter()


def _signature(run: Path) -> tuple[int, ...] | None:
    """What changes with the file of the retired; None while there is none."""
    try:
        found = (run / RETIRED).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _write(run: Path, folded: Iterable[str], retired: Counter[CounterLabel]) -> None:
    counts = [(*astuple(label), count) for label, count in retired.items()]
    draft = run / f".{RETIRED}"
    draft.write_text(json.dumps({"folded": list(folded), "counts": counts}))
    draft.replace(run / RETIRED)
