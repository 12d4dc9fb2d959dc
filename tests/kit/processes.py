"""Whole nodes as processes: started, asked, told, killed, and always ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import dns.edns
import dns.message
import dns.query
import dns.rdatatype
import psutil
from prometheus_client.parser import text_string_to_metric_families

from gslb.server import child_preexec
from kit.addresses import free_port, own_address
from kit.waiting import wait_until

GSLB = (sys.executable, "-m", "gslb")
READY_WITHIN = 40.0  # seconds; a first start reads a country database, on a machine that does other things too
END_WITHIN = 20.0

Labels = dict[str, str]


def gslb(*words: str, within: float = 30.0) -> subprocess.CompletedProcess[str]:
    """One command line to its end."""
    return subprocess.run([*GSLB, *words], capture_output=True, text=True, timeout=within, check=False)


class Process:
    """A process of ours with its output in files; a `with` block ends it, and shows its last words to who fails."""

    def __init__(self, folder: Path, name: str, command: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.command = command
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        self.environment: dict[str, str] = {}  # beside ours
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it. Its output goes on in the same files."""
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=os.environ | self.environment,
                preexec_fn=child_preexec,  # noqa: PLW1509 - one prctl, and no lock is taken
            )

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll() if self._process is not None else None

    @property
    def said(self) -> str:
        return self._out.read_text(errors="replace") if self._out.exists() else ""

    @property
    def log(self) -> str:
        return self._err.read_text(errors="replace") if self._err.exists() else ""

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, within: float = END_WITHIN) -> int:
        """Its exit status, once it has ended."""
        assert self._process is not None
        return self._process.wait(within)

    def end(self) -> int:
        """Tell it to end, and wait; its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """kill -9."""
        self.signal(signal.SIGKILL)
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            print(f"--- {self.name}, exit status {self.status}\n{self.said[-2_000:]}{self.log[-6_000:]}")
        if self.status is None and self._process is not None:
            try:
                self.end()
            except subprocess.TimeoutExpired:
                self.kill()


class Node(Process):
    """A name server: `gslb serve` with a head of its own (addresses, ports, state) over the text that a test writes.

    `address` and `port` answer DNS, `metrics` and `admin` are the ports of its other listeners at that address.
    """

    def __init__(
        self, folder: Path, text: str, name: str = "ns1", *, node: str = "", workers: int = 1, address: str = ""
    ) -> None:
        self.address = address or own_address()
        self.port, self.metrics_port, self.admin_port = (free_port(self.address) for _ in range(3))
        self.state = folder / name
        self.file = folder / f"{name}.yaml"
        self._node = f"{{name: {name}, state: '{self.state}'{node and f', {node}'}}}"
        self._workers = workers
        super().__init__(folder, name, [*GSLB, "serve", str(self.file)])
        self.write(text)

    def write(self, text: str) -> None:
        """Change what the configuration says, under the head that stays."""
        head = f"""\
gslb: 1
node: {self._node}
listen:
  dns: ["{self.address}:{self.port}"]
  metrics: {self.address}:{self.metrics_port}
  admin: {self.address}:{self.admin_port}
workers: {self._workers}
"""
        self.file.write_text(head + text)

    def start(self, within: float = READY_WITHIN) -> Node:
        """Start it and return when it says that it is ready."""
        before = self.said.count("ready in")
        self.launch()
        wait_until(lambda: self.said.count("ready in") > before or self.status is not None, within, lambda: self.log)
        assert self.status is None, f"{self.name} ended with {self.status}:\n{self.log}"
        return self

    # asking

    def ask(
        self, name: str, rdtype: str = "A", *, subnet: str | None = None, tcp: bool = False, within: float = 5.0
    ) -> dns.message.Message:
        """The reply over the wire; a query over UDP is sent again each second."""
        return ask((self.address, self.port), name, rdtype, subnet=subnet, tcp=tcp, within=within)

    def addresses(self, name: str, rdtype: str = "A", *, subnet: str | None = None) -> frozenset[str]:
        """The rdata in the answer, as text."""
        return answers(self.ask(name, rdtype, subnet=subnet))

    def dig(self, *words: str) -> str:
        """What dig prints."""
        command = ["dig", f"@{self.address}", "-p", str(self.port), "+tries=3", "+time=2", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A subcommand about this node."""
        return gslb(*words, "--state", str(self.state))

    def status_now(self) -> dict[str, Any]:
        """What `gslb status --json` tells."""
        done = self.cli("status", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def states(self) -> dict[str, str]:
        """Each endpoint's first verdict, as text."""
        return {one["path"]: one["verdicts"][0]["state"] for one in self.status_now()["endpoints"] if one["verdicts"]}

    def page(self, path: str) -> tuple[int, str]:
        """A page of its metrics listener: status and text."""
        try:
            with urllib.request.urlopen(f"http://{self.address}:{self.metrics_port}{path}", timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metric(self, sample: str, **labels: str) -> float:
        """The sum of a sample over all its label sets that have these labels."""
        return sum(value for found, value in self.samples(sample) if labels.items() <= found.items())

    def samples(self, sample: str) -> list[tuple[Labels, float]]:
        """Every label set of a sample, with its value."""
        families = text_string_to_metric_families(self.page("/metrics")[1])
        return [(dict(one.labels), one.value) for family in families for one in family.samples if one.name == sample]

    # telling

    def reload(self, within: float = 30.0) -> str:
        """SIGHUP, and the outcome that is counted for it: applied, refused or failed."""
        before = self.reloads()
        self.signal(signal.SIGHUP)
        wait_until(lambda: sum(self.reloads().values()) > sum(before.values()), within, lambda: self.log)
        (outcome,) = [outcome for outcome, count in self.reloads().items() if count > before.get(outcome, 0)]
        return outcome

    def reloads(self) -> dict[str, float]:
        """Reloads so far, by outcome."""
        return {labels["outcome"]: value for labels, value in self.samples("gslb_reloads_total")}

    def child(self, role: str) -> psutil.Process:
        """A child by what it is: worker (the first), responder, judge, control; waits while one is being replaced."""
        return wait_until(lambda: self.children_of(role), 20, lambda: self.log)[0]

    def children_of(self, role: str) -> list[psutil.Process]:
        """Children alive of a role, oldest first."""
        found = []
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.Error):
                words = child.cmdline()
                if words[1:4] == ["-m", "gslb.app", role]:
                    found.append(child)
        return found

    def tree(self) -> list[psutil.Process]:
        """The supervisor and its children."""
        supervisor = psutil.Process(self.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def events(self, event: str) -> list[dict[str, str]]:
        """Lines of the journal that tell of an event, as they are written: key=value."""
        spelled = f' event="{event}" ' if " " in event else f" event={event} "
        lines = (line for line in self.log.splitlines() if spelled in f"{line} ")
        return [
            {key: value.strip('"') for key, value in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line)}
            for line in lines
        ]

    def kill_all(self) -> None:
        """kill -9 of the supervisor; returns when the kernel has ended its children too."""
        family = self.tree()
        self.kill()
        psutil.wait_procs(family, timeout=END_WITHIN)


def ask(
    address: tuple[str, int],
    name: str,
    rdtype: str = "A",
    *,
    subnet: str | None = None,
    tcp: bool = False,
    within: float = 5.0,
    recursion: bool = False,
) -> dns.message.Message:
    """One question to a server on loopback; a query over UDP is sent again each second."""
    options = [dns.edns.ECSOption(*ecs(subnet))] if subnet else []
    query = dns.message.make_query(name, rdtype, use_edns=0 if options else False, options=options)
    if not recursion:
        query.flags &= ~dns.flags.RD
    host, port = address
    if tcp:
        return dns.query.tcp(query, host, within, port)
    until = time.monotonic() + within
    while True:
        try:
            return dns.query.udp(query, host, min(1.0, within), port)
        except dns.exception.Timeout:
            if time.monotonic() > until:
                raise


def ecs(text: str) -> tuple[str, int]:
    """Address and source length of a subnet as written."""
    address, _, bits = text.partition("/")
    return address, int(bits)


def answers(reply: dns.message.Message) -> frozenset[str]:
    """The rdata in a reply's answer section, as text."""
    return frozenset(rdata.to_text() for rrset in reply.answer for rdata in rrset)
