"""Random zones as master-file text, and questions for them: the same for the same seed, whatever runs them.

A zone holds a bit of all that makes answering hard: wildcards, empty non-terminals, delegations with and without glue,
CNAME chains into each of these, DNAME, data with and without names, mixed case, answers too large for UDP. It points
only into itself or at names that nobody serves: servers differ in whether they follow a chain into another zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

import dns.name
import dns.rdatatype

from gslb.model import Faults, ZoneSource
from gslb.zone import load

LABELS = ("a", "b", "c", "www", "mail", "x-1", "_tcp", "deep", "N1", r"\.d", r"\000\255", "*")
LONG = 63 * "l"
OUTSIDE = ("ns.example.net.", "Host.Example.ORG.", "a.b.example.net.", "example.com.")
TTLS = (0, 1, 60, 300, 3600, 86400)
ASKED = (
    "A",
    "AAAA",
    "NS",
    "CNAME",
    "SOA",
    "MX",
    "TXT",
    "SRV",
    "DNAME",
    "DS",
    "SVCB",
    "HTTPS",
    "CAA",
    "PTR",
    "NAPTR",
    "TYPE65400",
)
DS = "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"


@dataclass(frozen=True, slots=True)
class Question:
    """A name as asked, case and all, and a type by its name."""

    name: str
    type: str
    edns: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """A zone and what to ask of it."""

    zone: str
    text: str
    questions: tuple[Question, ...]


def cases(seed: int, zones: int, questions: int) -> tuple[Case, ...]:
    """`zones` different zones with `questions` questions each."""
    return tuple(_case(seed, number, questions) for number in range(zones))


def _case(seed: int, number: int, questions: int) -> Case:
    zone = f"z{number}.test."
    for attempt in range(100):
        made = _Zone(zone, Random(f"{seed} {number} {attempt}"))
        try:
            load(ZoneSource(zone, records=made.text), lambda path: "")
        except Faults:  # a loop of CNAMEs, mostly, that only appears once wildcards and DNAMEs are in place
            continue
        return Case(zone, made.text, tuple(made.question() for _ in range(questions)))
    raise RuntimeError(f"a hundred zones in a row were refused (seed {seed}, zone {number})")


class _Zone:
    """A zone in the making: `lines` of text, and the owners so far by what they hold, relative to the zone."""

    def __init__(self, zone: str, random: Random) -> None:
        self.zone = zone
        self.random = random
        self.owners: list[str] = []
        self.types: dict[str, set[str]] = {}
        self.cuts: list[str] = []
        self.dnames: list[str] = []
        self.lines: list[str] = []
        self._apex()
        for _ in range(random.randint(2, 8)):
            self._host(self._owner())
        for add, least, most in (
            (self._host_wild, 0, 3),
            (self._cut, 0, 3),
            (self._dname, 0, 2),
            (self._cname, 0, 6),
            (self._idle, 0, 1),
            (self._odd, 0, 1),
            (self._large, 0, 1),
        ):
            for _ in range(random.randint(least, most)):
                add()
        random.shuffle(self.lines)
        self.text = "".join(f"{line}\n" for line in (*self.head, *self.lines))

    def _apex(self) -> None:
        minimum, ttl = self.random.choice(TTLS), self.random.choice(TTLS)
        self.head = [f"$TTL {self.random.choice(TTLS)}", f"@ {ttl} SOA Ns1 hostmaster 1 7200 900 1209600 {minimum}"]
        self.types["@"] = {"SOA", "NS"}
        self._add("@", "NS", ["Ns1", self.random.choice(OUTSIDE)])
        self._add("Ns1", "A", ["192.0.2.53"])
        if self.random.random() < 0.5:
            self._add("ns1", "AAAA", ["2001:db8::53"])
        if self.random.random() < 0.5:
            self._data("@")

    def _host(self, owner: str) -> None:
        if self._free(owner):
            for _ in range(self.random.randint(1, 3)):
                self._data(owner)

    def _host_wild(self) -> None:
        self._host(self.random.choice(["*", f"*.{self._owner()}", f"{self.random.choice(LABELS)}.*"]))

    def _cut(self) -> None:
        owner = self._owner()
        if "*" in owner or not self._free(owner) or self.types.get(owner.lower()) or self._has_below(owner):
            return
        inside, beside = f"ns.{owner}", f"ns-{len(self.cuts)}.{self.random.choice(['glue', *self.cuts])}"
        servers = self.random.sample([inside, beside, owner, "Ns1", *OUTSIDE], self.random.randint(1, 3))
        if beside in servers and not self._free(beside, below_cut=True):
            servers.remove(beside)
            servers.append("Ns1")
        self.cuts.append(owner)
        self._add(owner, "NS", servers)
        for server in sorted({inside, beside, owner} & {*servers}):
            for kind, data in (("A", f"198.51.100.{len(self.lines)}"), ("AAAA", f"2001:db8:1::{len(self.lines)}")):
                if self.random.random() < 0.7:
                    self._add(server, kind, [data])
        if self.random.random() < 0.4:
            self._add(owner, "DS", [DS])

    def _dname(self) -> None:
        owner = self._owner()
        if "*" in owner or not self._free(owner) or self._has_below(owner) or self._at_cut(owner):
            return
        if self.types.get(owner.lower(), set()) & {"CNAME", "DNAME", "NS"}:
            return
        self.dnames.append(owner)
        self._add(owner, "DNAME", [self._target()])

    def _cname(self) -> None:
        owner = self.random.choice([self._owner(), f"*.{self._owner()}", "*"])
        if self._free(owner) and not self.types.get(owner.lower()):
            self._add(owner, "CNAME", [self._target()])

    def _idle(self) -> None:
        """Data below a cut, which never answers."""
        if self.cuts:
            self._data(f"{self.random.choice(LABELS)}.{self.random.choice(self.cuts)}")
            self._add(f"deeper.{self.random.choice(self.cuts)}", "NS", [self.random.choice(OUTSIDE)])

    def _odd(self) -> None:
        """What RFC 4592 leaves undefined (sections 4.2 and 4.4), and names that a DNAME makes too long."""
        owner = f"*.{self._owner()}" if self.random.random() < 0.5 else f"long{len(self.lines)}"
        if self._free(owner) and not self.types.get(owner) and not self._has_below(owner):
            kind = self.random.choice(["NS", "DNAME"]) if owner.startswith("*") else "DNAME"
            self._add(
                owner, kind, [self.random.choice(OUTSIDE) if owner.startswith("*") else f"{LONG}.{LONG}.example."]
            )

    def _large(self) -> None:
        """An rrset that does not fit into 512 octets, or not into 1232."""
        owner = self._owner()
        if self._free(owner):
            self._add(owner, "TXT", [f'"{n:03}{200 * "t"}"' for n in range(self.random.choice([3, 9]))])

    def _data(self, owner: str) -> None:
        random, kinds = self.random, self.types.get(owner.lower(), set())
        made = {
            "A": [f"192.0.2.{random.randint(1, 254)}" for _ in range(random.randint(1, 3))],
            "AAAA": [f"2001:db8::{random.randint(1, 9999)}"],
            "TXT": [f'"{"t" * random.randint(0, 40)}" "x;y"'],
            "MX": [f"{n} {self._target()}" for n in random.sample(range(50), random.randint(1, 2))],
            "SRV": [f"0 {random.randint(0, 9)} 443 {self._target()}"],
            "SVCB": [f"{random.randint(1, 3)} {self._target()} alpn=h2", "9 ."],
            "HTTPS": [random.choice([f"0 {self._target()}", "1 . alpn=h2,h3 ipv4hint=192.0.2.1"])],
            "CAA": ['0 issue "ca.example.net"'],
            "PTR": [self._target()],
            "NAPTR": [f'10 10 "s" "x" "" {self._target()}'],
            "TYPE65400": [f"\\# {(size := random.randint(0, 9))} {'ab' * size}"],
        }
        kind = random.choice(sorted(made))
        if kind not in kinds and not kinds & {"CNAME"}:
            self._add(owner, kind, made[kind])

    def _add(self, owner: str, kind: str, datas: list[str]) -> None:
        ttl = self.random.choice(["", *map(str, TTLS)])
        written = "".join(self.random.choice([c, c.upper()]) if self.random.random() < 0.2 else c for c in owner)
        self.lines += [f"{written} {ttl} {kind} {data}" for data in datas]
        self.types.setdefault(owner.lower(), set()).add(kind)
        self.owners.append(owner)

    def _owner(self) -> str:
        """A name: often near one that is there already."""
        random = self.random
        if self.owners and random.random() < 0.5:
            near = random.choice(self.owners)
            return random.choice(LABELS[:-1]) if near == "@" else f"{random.choice(LABELS[:-1])}.{near}"
        return ".".join(random.choice(LABELS) for _ in range(random.randint(1, 3)))

    def _target(self) -> str:
        """Where data points: outside, at a name that is there, or at one that perhaps is not."""
        random = self.random
        if random.random() < 0.25:
            return random.choice(OUTSIDE)
        near = random.choice(self.owners)
        return near if random.random() < 0.6 or near == "@" else f"{random.choice(LABELS[:-1])}.{near}"

    def _above(self, owner: str) -> list[str]:
        labels = _split(owner.lower())
        return [".".join(labels[depth:]) for depth in range(1, len(labels))]

    def _free(self, owner: str, *, below_cut: bool = False) -> bool:
        """Whether data may be put at a name: no CNAME there, no DNAME above, and (but for glue) no cut."""
        above, dnames = self._above(owner), {name.lower() for name in self.dnames}
        if "CNAME" in self.types.get(owner.lower(), set()) or dnames & {*above} or len(owner) > 120:
            return False
        return below_cut or not self._at_cut(owner)

    def _at_cut(self, owner: str) -> bool:
        return bool({cut.lower() for cut in self.cuts} & {owner.lower(), *self._above(owner)})

    def _has_below(self, owner: str) -> bool:
        return any(other.endswith(f".{owner.lower()}") for other in self.types)

    def question(self) -> Question:
        """Something to ask: a name that is there, near one that is, or made up; a type it has, or any."""
        random = self.random
        owner = random.choice([*self.types, *self.cuts, *self.dnames])
        labels = [] if owner == "@" else _split(owner)
        match random.randrange(8):
            case 0 | 1 | 2:
                pass
            case 3 | 4:
                labels = [random.choice(LABELS), *labels]
            case 5:
                labels = [*(random.choice(LABELS) for _ in range(random.randint(2, 3))), *labels]
            case 6 if random.random() < 0.5:
                labels = labels[random.randint(0, len(labels)) :]
            case 6:
                labels = [*random.choice([[LONG], [LONG, LONG], ["l" * 50, LONG]]), *labels]
            case _:
                labels = [random.choice(LABELS) if random.random() < 0.3 else label for label in labels]
        kinds = sorted(self.types.get(owner, ())) or ["A"]
        kind = random.choice(kinds) if random.random() < 0.4 else random.choice(ASKED)
        name = ".".join([*labels, self.zone if random.random() < 0.99 else random.choice(["test.", "elsewhere."])])
        if len(name) > 250:
            name = self.zone
        if random.random() < 0.3:
            name = "".join(random.choice([c.lower(), c.upper()]) for c in name)
        return Question(name, kind, edns=random.random() < 0.8)


def _split(owner: str) -> list[str]:
    """The labels of a name in text; no generated label ends with a backslash."""
    return re.split(r"(?<!\\)\.", owner)


def query(question: Question, number: int) -> bytes:
    """The question as a packet: id `number`, RD clear; EDNS, if it has it, with a payload of 1232 octets and no DO."""
    qname = dns.name.from_text(question.name).to_wire()
    kind = int(dns.rdatatype.from_text(question.type))
    header = number.to_bytes(2, "big") + b"\0\0" + b"\0\1" + bytes(5) + bytes([question.edns])
    return header + qname + kind.to_bytes(2, "big") + b"\0\1" + (b"\0\0\x29\x04\xd0" + bytes(6)) * question.edns
