"""A resolver's cache of answers to queries with a client subnet: RFC 7871, section 7.3, to the letter."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer and whom it is for; `exact`: queries of just this prefix, as the scope was longer than the source."""

    network: Network
    exact: bool
    answer: object


@dataclass(slots=True)
class SubnetCache:
    """Answers by question; `everybody` and `hidden` are those for all clients, and for those who sent source 0."""

    entries: dict[object, list[Entry]] = field(default_factory=dict)
    everybody: dict[object, object] = field(default_factory=dict)
    hidden: dict[object, object] = field(default_factory=dict)

    def keep(self, question: object, source: Network, scope: int, answer: object) -> None:
        """Store an answer to a query that sent `source` (section 7.3.1).

        A scope no longer than the source is kept for all addresses within it; a longer one only for queries that send
        exactly the same prefix. /0 because of the source is for others who send /0; /0 because of the scope is for all
        networks, of either family.
        """
        if source.prefixlen == 0:
            self.hidden[question] = answer
        elif scope == 0:
            self.everybody[question] = answer
        elif scope > source.prefixlen:
            self.entries.setdefault(question, []).append(Entry(source, exact=True, answer=answer))
        else:
            network = source.supernet(new_prefix=scope)
            self.entries.setdefault(question, []).append(Entry(network, exact=False, answer=answer))

    def find(self, question: object, client: Network) -> object | None:
        """The answer for a client that sends this prefix: the longest match (section 7.3.2); None: ask again."""
        if client.prefixlen == 0:
            return self.hidden.get(question, self.everybody.get(question))
        fitting = [entry for entry in self.entries.get(question, ()) if self._fits(entry, client)]
        if fitting:
            return max(fitting, key=lambda entry: entry.network.prefixlen).answer
        return self.everybody.get(question)

    @staticmethod
    def _fits(entry: Entry, client: Network) -> bool:
        if entry.exact:
            return entry.network == client
        same = entry.network.version == client.version
        return same and client.prefixlen >= entry.network.prefixlen and client.subnet_of(entry.network)  # type: ignore[arg-type]
