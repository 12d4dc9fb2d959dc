"""A million hostile packets against a node, and what came of it: `cd tests && python -m scenarios.hostile [COUNT]`."""

from __future__ import annotations

import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from kit.addresses import free_port, own_address
from kit.hostile import Assault, Outcome
from kit.packets import opt, query, subnet
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

SEED = 1035
WARM = 20_000  # packets after which a process has met everything it keeps in memory
NAMES = (
    NAME,
    "static.example.com",
    "alias.example.com",
    "x.wild.example.com",
    "nowhere.example.com",
    "example.net",
    "stick.example.com",
)
MEBIBYTE = 1 << 20


@dataclass
class Report:
    """The outcome, and how much memory each process took after the warm-up and at the end, in octets."""

    outcome: Outcome
    before: dict[str, int]
    after: dict[str, int]

    @property
    def growth(self) -> dict[str, int]:
        return {name: self.after.get(name, 0) - size for name, size in self.before.items()}

    def __str__(self) -> str:
        told = self.outcome
        sizes = [
            f"{name} {size / MEBIBYTE:+.1f} of {self.before[name] / MEBIBYTE:.0f}" for name, size in self.growth.items()
        ]
        return (
            f"{told.sent} mutants in {told.seconds:.0f} s: {told.replies} replies "
            f"(rcodes {dict(sorted(told.rcodes.items()))}), {told.responses_answered} answers to {told.responses_sent} "
            f"with QR=1, {len(told.wrong)} wrong; {told.valid} valid queries between them, all answered; "
            f"memory in MiB: {', '.join(sizes)}, together {sum(self.growth.values()) / MEBIBYTE:+.1f}"
        )


def memory(node: Node) -> dict[str, int]:
    """The resident set of each process of the node, by what and who it is: a replaced one has another name."""
    return {f"{role(process)}/{process.pid}": process.memory_info().rss for process in node.tree()}


def settled(node: Node) -> dict[str, int]:
    """The same once it stands still: a node that has just begun makes ready in idle moments what it will need."""
    sizes = [memory(node)]

    def still() -> bool:
        sizes.append(memory(node))
        return abs(sum(sizes[-1].values()) - sum(sizes[-2].values())) < MEBIBYTE / 8

    wait_until(still, 60, "memory that stands still", every=1.0)
    return sizes[-1]


def role(process: psutil.Process) -> str:
    words = process.cmdline()
    return words[3] if words[2:3] == ["gslb.app"] else "supervisor"


def assail(folder: Path, count: int, seed: int = SEED) -> Report:
    """Run a node in `folder` under so many mutants, and see how it fares."""
    eu, us, port = own_address(), own_address(), free_port()
    text = two_regions(eu, us, port, steer="      stick: {ttl: 5s, sticky: web}\n")
    near = subnet(b"\x51\x02\x45", 24)
    valid = [
        (query(NAME, additional=opt(options=near)), socket.inet_aton(eu) + opt(options=near)),
        (query("id.server", 16, rdclass=3), b"\x03ns1"),  # class CH is for the responder
    ]
    with regions(Region(port, eu, us)), Node(folder, text, node="identity: ns1") as node:
        node.start()
        with Assault((node.address, node.port), valid, seed, NAMES) as assault:
            assault.send(min(WARM, count // 2))
            before = memory(node)
            assault.send(count - assault.outcome.sent)
            report = Report(assault.outcome, before, memory(node))
        assert node.addresses(NAME) == {eu}
        assert node.end() == 0
        for line in node.log.splitlines():
            if "answer_failed" in line or "Traceback" in line or "child ended" in line:
                report.outcome.wrong.append((line, b"", b""))
    return report


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hostile-") as place:
        found = assail(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    print(found)
    for why, provoked, reply in found.outcome.wrong[:20]:
        print(f"wrong: {why}\n  {provoked.hex()}\n  {reply.hex()}")
