"""What a part of a run is given: where it may write, on which cores, how much, how often."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ours
from generator import Generators
from questions import CASES, Case, write_queries
from rig import Cores, Endpoints, Prepared, Running, prepare, running, wait_until_right
from servers import SERVERS
from world import World


@dataclass(frozen=True)
class Plan:
    """`scratch` is the part's own folder; `bin` beside it holds the programs."""

    scratch: Path
    cores: Cores
    generators: Generators
    world: World
    endpoints: Endpoints
    servers: tuple[str, ...]
    cases: tuple[str, ...]
    rounds: int
    seconds: float

    def engines(self) -> list[str]:
        """Our servers that are wanted and can be run, the pure one first."""
        names = [f"gslb-{engine}" for engine in ours.ENGINES]
        return [name for name in names if name in self.servers and (name != "gslb-compiled" or ours.chooses_engine())]

    def prepare(self, names: list[str], world: World) -> dict[str, Prepared]:
        """Files and ports for each server; the programs lie where `echo` is looked for."""
        folder = self.scratch / "bin"
        if not folder.exists():
            folder.symlink_to(self.generators.folder)
        return {name: prepare(SERVERS[name], world, self.scratch / name) for name in names}

    def queries(self, *keys: str) -> dict[Case, Path]:
        """The files of queries of these cases."""
        return {CASES[key]: write_queries(CASES[key], self.world, self.scratch / f"{key}.queries") for key in keys}

    @contextmanager
    def ready(self, prepared: Prepared, cases: list[Case], cores: Cores | None = None) -> Iterator[Running]:
        """A server that was seen to answer all cases rightly."""
        with running(prepared, cores or self.cores) as runs:
            wait_until_right(runs, prepared.world, cases)
            yield runs


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)
