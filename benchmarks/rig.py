"""The rig: servers on their cores, the load on another; ports, endpoints to be probed, processes and what they use."""

import contextlib
import ctypes
import os
import random
import re
import selectors
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.query
import psutil
from questions import Case, fault, sample
from servers import SEARCH_PATH, Server
from world import World

READY_WITHIN = 180.0  # seconds; half a million networks take a while to load
ENDS_WITHIN = 20.0
RESTS_WITHIN, AT_REST = 15.0, 0.15  # seconds; share of a core that probes may take all the time
PIDFD_GETFD = 438  # the same number on every architecture
PORTS = range(20_000, 32_000, 2)  # below what the kernel gives to clients
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


@dataclass(frozen=True)
class Cores:
    """Which cores serve, and which one loads."""

    server: tuple[int, ...] = (0,)
    load: int = 1

    @property
    def serving(self) -> str:
        return ",".join(map(str, self.server))


@dataclass
class Running:
    """A server that runs: how to reach it, and what its processes use."""

    server: Server
    port: int
    folder: Path
    process: psutil.Popen

    def processes(self) -> dict[str, psutil.Process]:
        """Its processes by what they are: ours by role, another's by position."""
        found = {}
        for place, each in enumerate((psutil.Process(self.process.pid), *self.process.children(recursive=True))):
            with suppress(psutil.Error):
                found[role(each.cmdline(), place)] = each
        return found

    def cpu_seconds(self, prefix: str = "") -> float:
        """User and system time so far of the processes whose role begins with `prefix`."""
        return sum(
            times.user + times.system
            for times in (each.cpu_times() for name, each in self.processes().items() if name.startswith(prefix))
        )

    def memory(self) -> dict[str, float]:
        """MiB by process, shared pages by parts (PSS); `rss` of each beside it."""
        told = {}
        for name, each in self.processes().items():
            full = each.memory_full_info()
            told[f"{name} PSS"] = full.pss / (1 << 20)
            told[f"{name} RSS"] = full.rss / (1 << 20)
        return told

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


def role(command: list[str], place: int) -> str:
    """`worker 0`, `judge` … of a process of ours; `main` or a number for others."""
    if "gslb.app" in command:
        name, *rest = command[command.index("gslb.app") + 1 :]
        return f"{name}-{rest[1]}" if name == "worker" and len(rest) > 1 else name
    return "main" if place == 0 else str(place)


def free_port() -> int:
    """A port that is free on 127.0.0.1 and ::1 for UDP and TCP at this moment, the next one too."""
    while True:
        port = random.choice(PORTS)
        with contextlib.ExitStack() as stack, suppress(OSError):
            for number in (port, port + 1):
                for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                        stack.enter_context(socket.socket(family, kind)).bind((address, number))
            return port


@dataclass
class Endpoints:
    """What is probed: every loopback address accepts TCP on `port`, and answers HTTP there if it is asked."""

    port: int
    arrivals: Counter[int] = field(default_factory=Counter)  # connections in each second of the monotonic clock


@contextmanager
def endpoints(core: int) -> Iterator[Endpoints]:
    """Endpoints that accept in a thread on `core`."""
    with (
        socket.create_server(("0.0.0.0", 0), backlog=4096) as listener,
        selectors.DefaultSelector() as selector,
    ):
        listener.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        selector.register(listener, selectors.EVENT_READ)
        told = Endpoints(listener.getsockname()[1])
        ended = threading.Event()

        def accept() -> None:
            os.sched_setaffinity(0, {core})
            while not ended.is_set():
                for key, _ in selector.select(0.2):
                    if key.data is None:
                        with suppress(BlockingIOError):
                            while True:
                                client = listener.accept()[0]
                                told.arrivals[int(time.monotonic())] += 1
                                client.setblocking(False)  # noqa: FBT003
                                selector.register(client, selectors.EVENT_READ, client)
                        continue
                    client = key.data
                    with suppress(OSError):
                        if client.recv(4096):
                            client.send(ANSWER)
                    selector.unregister(client)
                    client.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            ended.set()
            thread.join()


@dataclass(frozen=True)
class Prepared:
    """A server with its files written: it can be started time after time."""

    server: Server
    world: World
    folder: Path
    port: int
    command: list[str]


def prepare(server: Server, world: World, folder: Path) -> Prepared:
    """Write what the server needs into a new folder."""
    folder.mkdir()
    port = free_port()
    return Prepared(server, world, folder, port, server.configure(folder, world, port))


@contextmanager
def running(prepared: Prepared, cores: Cores) -> Iterator[Running]:
    """The server on its cores, just started; ended afterwards, its children too."""
    with (prepared.folder / "log").open("wb") as log:
        process = psutil.Popen(
            ["taskset", "-c", cores.serving, *prepared.command],
            stdout=log,
            stderr=log,
            env={**os.environ, "PATH": SEARCH_PATH},
        )
    try:
        yield Running(prepared.server, prepared.port, prepared.folder, process)
    finally:
        family = [*process.children(recursive=True)] if process.is_running() else []
        with suppress(psutil.Error):
            process.terminate()
        _, left = psutil.wait_procs([process, *family], ENDS_WITHIN)
        for each in left:
            with suppress(psutil.Error):
                each.kill()
        psutil.wait_procs(left, 5)


def wait_until_right(runs: Running, world: World, cases: list[Case], within: float = READY_WITHIN) -> None:
    """Returns when a sample of every case is answered rightly; raises with the server's log when that never comes."""
    asked = [(case, message) for case in cases for message in sample(case, world)]
    deadline = time.monotonic() + within
    wrong: str | None = "no answer"
    while wrong and time.monotonic() < deadline and runs.process.poll() is None:
        wrong = None
        for case, message in asked:
            try:
                wrong = fault(case, world, dns.query.udp(message, case.address, timeout=1, port=runs.port))
            except (OSError, dns.exception.DNSException) as error:
                wrong = repr(error)
            if wrong:
                wrong = f"{case.key}: {wrong}"
                time.sleep(0.1)
                break
    if wrong:
        raise RuntimeError(f"{runs.server.name} is not ready: {wrong}\n{runs.log()[-2_000:]}")


def settle(runs: Running) -> None:
    """Returns when a server that was just started has come to rest: first probes are judged, first answers are made."""
    deadline = time.monotonic() + RESTS_WITHIN
    while time.monotonic() < deadline:
        before = runs.cpu_seconds()
        time.sleep(0.5)
        if runs.cpu_seconds() - before < 0.5 * AT_REST:
            return


def receive_buffer(port: int) -> int:
    """Octets of the smallest receive buffer among the UDP sockets bound to a port, as the kernel tells."""
    told = subprocess.run(["ss", "-uanmH", f"sport = :{port}"], capture_output=True, text=True, check=True)
    return min((int(octets) for octets in re.findall(r"skmem:\(r\d+,rb(\d+)", told.stdout)), default=0)


def equalise(runs: Running, octets: int) -> int:
    """Give every UDP socket of a server the same receive buffer, whatever it asked for; the smallest as it is now.

    Through a copy of the descriptor (pidfd_getfd, Linux 5.6), which needs the right to trace the process. What the
    kernel does not let us change stays.
    """
    for each in runs.processes().values():
        with suppress(OSError):
            process = os.pidfd_open(each.pid)
            try:
                for connection in each.net_connections("udp"):
                    if connection.laddr.port == runs.port:
                        set_buffer(process, connection.fd, octets)
            finally:
                os.close(process)
    return receive_buffer(runs.port)


def set_buffer(process: int, descriptor: int, octets: int) -> None:
    """SO_RCVBUF of another process's socket."""
    copy = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, process, descriptor, 0)
    if copy < 0:
        return
    with socket.socket(fileno=copy) as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, octets)
