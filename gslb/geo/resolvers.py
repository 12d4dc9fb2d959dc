"""Public resolvers: senders whose own address says little about where their clients are."""

from __future__ import annotations

from dataclasses import dataclass

from gslb.geo.prefixes import Prefixes, nest
from gslb.geo.table import read_prefix, read_table
from gslb.model import Address, Fault, Faults, Mark, Network

COLUMNS = ("prefix", "name")


@dataclass(frozen=True, slots=True)
class Resolvers:
    """The prefixes that public resolvers ask from, each with a name for people."""

    v4: Prefixes
    v6: Prefixes
    names: tuple[str, ...]

    @classmethod
    def read(cls, text: str = "", file: str = "") -> Resolvers:
        """From a CSV with the columns `prefix` and, if wanted, `name`; no text, no resolvers. Raises every fault."""
        lines, broken = read_table(text, file, COLUMNS) if text else ((), ())
        faults = list(broken)
        seen: dict[Network, Mark] = {}
        names = [""]
        entries: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
        for line in lines:
            network = read_prefix(line, seen)
            if isinstance(network, Fault):
                faults.append(network)
                continue
            field = line.fields.get("name")
            entries[network.version].append((int(network.network_address), network.prefixlen, len(names)))
            names.append(field.text if field else str(network))
        if faults:
            raise Faults(*faults)
        v4, v6 = (nest(width, entries[version], lambda _, rules: rules[-1]) for version, width in ((4, 32), (6, 128)))
        return cls(v4, v6, tuple(names))

    def name_of(self, address: Address) -> str:
        """The name of the public resolver that asks from `address`; "" where none is known to."""
        prefixes = self.v4 if address.version == 4 else self.v6
        return self.names[prefixes.match(int(address), prefixes.width)]

    def is_public(self, address: Address) -> bool:
        return bool(self.name_of(address))
