"""The load: building the generators, running one against a server, reading what it tells."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from questions import Case
from rig import Cores

HERE = Path(__file__).resolve().parent
PROGRAMS = ("loadgen", "tcpload", "echo")
SOCKETS, WINDOW = 16, 512
PINNED = ("taskset", "-c")


@dataclass(frozen=True)
class Figures:
    """One run of a generator. Latencies in microseconds; `tenths` are the answers in each tenth of a second."""

    rate: float
    sent: int
    received: int
    lost: int
    wrong: int  # answers with another response code than the case's
    p50: float
    p99: float
    longest: float
    started: float  # seconds of the monotonic clock
    tenths: tuple[int, ...]

    @property
    def bad_share(self) -> float:
        return (self.lost + self.wrong) / max(1, self.sent)


def compile_programs(folder: Path) -> None:
    """Builds the generators and echo into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(folder / program), f"{HERE / program}.c"]
        subprocess.run(command, check=True)


def read(told: str, case: Case) -> Figures:
    """What a generator printed."""
    said = json.loads(told)
    right = said["nxdomain"] if case.rcode else min(said["noerror"], said["with_answer"])
    return Figures(
        said["qps"],
        said["sent"],
        said["received"],
        said["lost"],
        said["received"] - right,
        said["p50_us"],
        said["p99_us"],
        said["max_us"],
        said["started"],
        tuple(said["tenths"]),
    )


@dataclass(frozen=True)
class Generators:
    """The built programs, and where they run."""

    folder: Path
    cores: Cores

    def udp(
        self,
        case: Case,
        port: int,
        queries: Path,
        seconds: float,
        rate: float | None = None,
        sockets: int = SOCKETS,
        window: int = WINDOW,
    ) -> Figures:
        """A closed loop; with `rate` an open one, of so many queries a second."""
        return read(self.start_udp(case, port, queries, seconds, rate, sockets, window).communicate()[0], case)

    def start_udp(
        self,
        case: Case,
        port: int,
        queries: Path,
        seconds: float,
        rate: float | None = None,
        sockets: int = SOCKETS,
        window: int = WINDOW,
    ) -> subprocess.Popen[str]:
        """The same, while something else happens; read its output when it has ended."""
        paced = ["-r", str(rate)] if rate else []
        where = [case.address, str(port), str(queries), str(sockets), str(window), str(seconds)]
        return self._start("loadgen", [*case.anew, *paced, *where])

    def tcp(
        self, case: Case, port: int, queries: Path, seconds: float, connections: int, pipelined: int, turn_over: int = 0
    ) -> Figures:
        """Connections used again and again, or closed after `turn_over` answers."""
        again = ["-n", str(turn_over)] if turn_over else []
        where = [case.address, str(port), str(queries), str(connections), str(pipelined), str(seconds)]
        return read(self._start("tcpload", [*case.anew, *again, *where]).communicate()[0], case)

    def _start(self, program: str, arguments: list[str]) -> subprocess.Popen[str]:
        command = [*PINNED, str(self.cores.load), str(self.folder / program), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def dnsperf(case: Case, port: int, queries: Path, seconds: float, cores: Cores) -> float:
    """Answers a second that dnsperf counts. Of 300 to 400 thousand it is the generator that is measured."""
    command = ["dnsperf", "-s", case.address, "-p", str(port), "-d", str(queries), "-l", str(int(seconds))]
    command += ["-c", str(SOCKETS), "-q", str(WINDOW), "-T", "1", "-e", "-b", "4096"]
    done = subprocess.run([*PINNED, str(cores.load), *command], check=True, capture_output=True, text=True)
    told = re.search(r"Queries per second:\s+([\d.]+)", done.stdout)
    return float(told[1]) if told else 0.0
