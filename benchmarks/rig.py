"""The rig: servers on one core, the load generator on another, and one measurement of one server."""

import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import dns.exception
import dns.query
from cases import Case, Load, fault, labels, queries, query
from peers import SEARCH_PATH, Peer

HERE = Path(__file__).resolve().parent
READY_WITHIN = 300.0  # seconds; half a million networks take a while to load
CHECKED_ANSWERS = 50


@dataclass(frozen=True)
class Figures:
    """One run: answers a second, share of queries lost or refused, 99th percentile of latency (None: not told)."""

    rate: float
    bad_share: float
    p99_us: float | None


def compile_programs(folder: Path) -> None:
    """Builds loadgen and echo into `folder`."""
    folder.mkdir(parents=True)
    for program in ("loadgen", "echo"):
        subprocess.run(["gcc", "-O2", "-Wall", "-o", str(folder / program), str(HERE / f"{program}.c")], check=True)


def free_port() -> int:
    """A port that is free on 127.0.0.1 for UDP and TCP at this moment."""
    while True:
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            with suppress(OSError):
                tcp.bind(udp.getsockname())
                return udp.getsockname()[1]


@contextmanager
def endpoints() -> Iterator[int]:
    """Something that accepts TCP on one port of every loopback address; yields the port."""
    with socket.create_server(("0.0.0.0", 0), backlog=1024) as listener:

        def accept() -> None:
            with suppress(OSError):  # the listener was shut down
                while True:
                    listener.accept()[0].close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def running(peer: Peer, case: Case, load: Load, folder: Path, core: int) -> Iterator[int]:
    """The peer on `core`, ready and seen to answer rightly; yields its port."""
    folder.mkdir()
    port = free_port()
    command = ["taskset", "-c", str(core), *peer.configure(folder, case, load, port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PATH": SEARCH_PATH})
    try:
        if peer.name == "echo":
            time.sleep(0.2)  # it binds at once and has no right answer to wait for
        else:
            wait_until_right(peer, case, load, port, server, folder / "log")
        yield port
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_right(peer: Peer, case: Case, load: Load, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when a sample of queries is answered rightly; raises with the server's log when that never comes."""
    sample = list(islice(queries(case, load), CHECKED_ANSWERS))
    deadline = time.monotonic() + READY_WITHIN
    wrong: str | None = "no answer"
    while wrong and time.monotonic() < deadline and server.poll() is None:
        time.sleep(0.1)
        wrong = None
        for asked in sample:
            try:
                wrong = fault(case, load, dns.query.udp(asked, "127.0.0.1", timeout=2, port=port))
            except (OSError, dns.exception.DNSException) as error:
                wrong = repr(error)
            if wrong:
                break
    if wrong:
        raise RuntimeError(f"{peer.name} is not ready for '{case.value}': {wrong}\n{log.read_text()[-2_000:]}")


def run_loadgen(program: Path, port: int, query_file: Path, core: int, seconds: float) -> Figures:
    """512 queries in flight over 16 sockets."""
    command = [str(program), "127.0.0.1", str(port), str(query_file), "16", "512", str(seconds)]
    done = subprocess.run(["taskset", "-c", str(core), *command], check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    bad = told["lost"] + told["received"] - min(told["with_answer"], told["noerror"])
    return Figures(told["qps"], bad / max(1, told["sent"]), told["p99_us"])


def run_dnsperf(case: Case, load: Load, port: int, folder: Path, core: int, seconds: float) -> Figures:
    """The widely used generator: slower than the fastest servers, and one client subnet a run."""
    names = folder / "dnsperf.txt"
    names.write_text("".join(f"{query(label).question[0].name} A\n" for label in labels(case, load)))
    command = [
        "dnsperf",
        "-s",
        "127.0.0.1",
        "-p",
        str(port),
        "-d",
        str(names),
        "-l",
        str(int(seconds)),
        "-c",
        "16",
        "-q",
        "512",
    ]
    command += ["-T", "1", "-e", "-b", "4096"]
    if case is Case.ECS:
        (option,) = next(queries(case, load)).options
        command += ["-E", f"8:{option.to_wire().hex()}"]
    done = subprocess.run(["taskset", "-c", str(core), *command], check=True, capture_output=True, text=True).stdout
    told = dict(re.findall(r"^\s+([A-Z][\w ]+):\s+([\d.]+)", done, re.MULTILINE))
    right = int((re.search(r"NOERROR (\d+)", done) or [0, 0])[1])
    bad = float(told["Queries lost"]) + float(told["Queries completed"]) - right
    return Figures(float(told["Queries per second"]), bad / max(1.0, float(told["Queries sent"])), None)
