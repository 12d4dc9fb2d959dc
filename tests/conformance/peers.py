"""Real name servers to be compared with, from Debian's packages, each with all zones, on loopback while a `with` lasts.

with nsd(cases) as theirs, knot(cases) as others:
    replies = exchange(theirs, packets)
"""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from conformance.generate import Case, Question, query

Address = tuple[str, int]

WINDOW = 64  # questions under way at once
PATIENCE = 2.0  # seconds without any reply before what is missing is asked again
TRIES = 3
READY_WITHIN = 60.0  # seconds


@contextmanager
def nsd(cases: Sequence[Case]) -> Iterator[Address]:
    """NSD with a zone for each case."""
    with tempfile.TemporaryDirectory(prefix="nsd-") as folder:
        port = free_port()
        head = f"""\
server:
  ip-address: 127.0.0.1@{port}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/pid"
  xfrdfile: "{folder}/xfrd"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/list"
  minimal-responses: yes
  rrl-ratelimit: 0
  verbosity: 1
remote-control:
  control-enable: no
"""
        zones = "".join(f'zone:\n  name: "{case.zone}"\n  zonefile: "{case.zone}zone"\n' for case in cases)
        with _running("nsd", ["-d", "-c", "{config}"], head + zones, folder, port, cases) as address:
            yield address


@contextmanager
def knot(cases: Sequence[Case]) -> Iterator[Address]:
    """Knot DNS with a zone for each case."""
    with tempfile.TemporaryDirectory(prefix="knot-") as folder:
        port = free_port()
        head = f"""\
server:
  listen: 127.0.0.1@{port}
  rundir: "{folder}"
  pidfile: "{folder}/pid"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: "{folder}"
log:
  - target: stderr
    any: warning
template:
  - id: default
    storage: "{folder}"
    file: "%szone"
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
zone:
"""
        zones = "".join(f'  - domain: "{case.zone}"\n    file: "{case.zone}zone"\n' for case in cases)
        with _running("knotd", ["-c", "{config}"], head + zones, folder, port, cases) as address:
            yield address


@contextmanager
def _running(
    program: str, arguments: list[str], config: str, folder: str, port: int, cases: Sequence[Case]
) -> Iterator[Address]:
    path = shutil.which(program, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if path is None:
        raise FileNotFoundError(f"{program} is not installed: apt-get install nsd knot")
    for case in cases:
        Path(folder, f"{case.zone}zone").write_text(f"$ORIGIN {case.zone}\n{case.text}")
    Path(folder, "config").write_text(config)
    log = Path(folder, "log")
    command = [path, *(argument.format(config=f"{folder}/config") for argument in arguments)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _wait(process, ("127.0.0.1", port), cases, log)
            yield ("127.0.0.1", port)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], address: Address, cases: Sequence[Case], log: Path) -> None:
    """Until every zone is answered from, with authority."""
    waiting = {case.zone for case in cases}
    until = time.monotonic() + READY_WITHIN
    while waiting:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args} does not serve {sorted(waiting)[:3]} …\n{log.read_text()[-2000:]}")
        asked = sorted(waiting)
        packets = [query(Question(zone, "SOA"), number) for number, zone in enumerate(asked)]
        replies = exchange(address, packets, patience=0.1, tries=1)
        waiting -= {zone for zone, reply in zip(asked, replies, strict=True) if reply and reply[3] & 15 == 0}


def exchange(
    address: Address, packets: Sequence[bytes], patience: float = PATIENCE, tries: int = TRIES
) -> list[bytes | None]:
    """The reply to each packet over UDP, None where none came. On the way ids are its own."""
    replies: list[bytes | None] = [None] * len(packets)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        connected.connect(address)
        connected.settimeout(0)
        for start in range(0, len(packets), WINDOW):
            waiting = set(range(start, min(start + WINDOW, len(packets))))
            for _ in range(tries):
                for number in sorted(waiting):
                    _send(connected, (number & 0xFFFF).to_bytes(2, "big") + packets[number][2:])
                while waiting and select.select([connected], [], [], patience)[0]:
                    _receive(connected, start, waiting, packets, replies)
                if not waiting:
                    break
    return replies


def _send(connected: socket.socket, packet: bytes) -> None:
    with suppress(ConnectionRefusedError):  # nobody listens yet: told late, of an earlier packet
        connected.send(packet)


def _receive(
    connected: socket.socket, start: int, waiting: set[int], packets: Sequence[bytes], replies: list[bytes | None]
) -> None:
    while waiting:
        try:
            reply = connected.recv(65_535)
        except (BlockingIOError, ConnectionRefusedError):
            return
        number = start + ((int.from_bytes(reply[:2], "big") - start) & 0xFFFF)
        if number in waiting:
            waiting.remove(number)
            replies[number] = packets[number][:2] + reply[2:]


def free_port() -> int:
    """A loopback port that nobody has, for UDP and TCP alike."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            port: int = udp.getsockname()[1]
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
