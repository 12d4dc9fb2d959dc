"""Queries a second of one worker over loopback UDP: one core for the worker, one for the load generator.

    python benchmarks/engine_loopback.py [--names 1000] [--seconds 4] [--runs 3] [--exchange batch|plain] [--case NAME]

Prints the median of the runs for each case, and what a C echo reaches on the same cores. "a core" is queries by the
server's own CPU time: what it would reach on a core that nothing else ran on.
"""

import argparse
import fcntl
import json
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil
from engine_tables import cases, publish

from gslb.engine import Worker, plain, pure_python, system_draws
from gslb.image import Tables, open_engine_counters

HERE = Path(__file__).resolve().parent
SERVER_CORE, LOAD_CORE = 0, 1
BUFFER = 4 << 20
SO_RCVBUFFORCE, SO_SNDBUFFORCE = 33, 32


def serve(folder: Path, listening: socket.socket, exchange: str) -> None:
    """Be the worker until SIGTERM."""
    os.sched_setaffinity(0, {SERVER_CORE})
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    queue, responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with closing(queue), closing(responder):
        worker = Worker(
            Tables(folder, slot=0),
            [listening],
            queue,
            open_engine_counters(folder, 0),
            lambda: None,
            system_draws(),
            make=plain if exchange == "plain" else pure_python(),
        )
        worker.run(lambda: bool(stopped))


def load(program: Path, server: int, port: int, queries: Path, seconds: float) -> dict[str, float]:
    """512 queries in flight over 16 sockets; the generator's figures, and the server's rate by its CPU time."""
    command = [str(program), "127.0.0.1", str(port), str(queries), "16", "512", str(seconds)]
    before = cpu_seconds(server)
    done = subprocess.run(["taskset", "-c", str(LOAD_CORE), *command], check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return {**told, "a core": told["received"] / (cpu_seconds(server) - before)}


def cpu_seconds(process: int) -> float:
    """User and system time it has taken so far."""
    times = psutil.Process(process).cpu_times()
    return times.user + times.system


def row(case: str, told: list[dict[str, float]]) -> str:
    rate, core = (statistics.median(run[key] for run in told) / 1e3 for key in ("qps", "a core"))
    middle = min(told, key=lambda run: abs(run["qps"] / 1e3 - rate))
    lost = sum(run["lost"] for run in told)
    return f"{case:24}{rate:8.0f}{core:8.0f}{middle['p50_us']:9.0f}{middle['p99_us']:9.0f}{lost:7.0f}"


def measure(names: int, seconds: float, runs: int, exchange: str, only: str | None) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as scratch:
        folder = Path(scratch)
        for program in ("loadgen", "echo"):
            subprocess.run(["gcc", "-O2", "-o", str(folder / program), str(HERE / f"{program}.c")], check=True)
        published = publish(folder / "run", names)
        files = {}
        for number, (case, packets) in enumerate(cases(published, names, 300_000).items()):
            files[case] = folder / f"queries-{number}"
            files[case].write_bytes(b"".join(len(packet).to_bytes(2, "big") + packet for packet in packets))
        listening = socket.socket(type=socket.SOCK_DGRAM)
        for option in (SO_RCVBUFFORCE, SO_SNDBUFFORCE):
            listening.setsockopt(socket.SOL_SOCKET, option, BUFFER)
        listening.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        listening.bind(("127.0.0.1", 0))
        worker = os.fork()
        if not worker:
            serve(folder / "run", listening, exchange)
            os._exit(0)
        try:
            print(f"{'case':24}{'k q/s':>8}{'a core':>8}{'p50 µs':>9}{'p99 µs':>9}{'lost':>7}")
            for case, queries in files.items():
                if only in (None, case):
                    port = listening.getsockname()[1]
                    told = [load(folder / "loadgen", worker, port, queries, seconds) for _ in range(runs)]
                    print(row(case, told), flush=True)
        finally:
            os.kill(worker, signal.SIGTERM)
            os.waitpid(worker, 0)
        measure_echo(folder, next(iter(files.values())), seconds, runs)


def measure_echo(folder: Path, queries: Path, seconds: float, runs: int) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    echo = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), str(folder / "echo"), str(port)])
    try:
        time.sleep(0.3)
        print(row("C echo", [load(folder / "loadgen", echo.pid, port, queries, seconds) for _ in range(runs)]))
    finally:
        echo.kill()
        echo.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--exchange", choices=("batch", "plain"), default="batch")
    parser.add_argument("--case")
    arguments = parser.parse_args()
    with Path("/tmp/measure.lock").open("w") as lock:  # one measurement at a time on this machine
        fcntl.flock(lock, fcntl.LOCK_EX)
        measure(arguments.names, arguments.seconds, arguments.runs, arguments.exchange, arguments.case)


if __name__ == "__main__":
    main()
