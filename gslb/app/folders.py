"""Where a node keeps things: one state directory, and every path in it by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """A state directory. All of it may be deleted while the node is down; verdicts and overrides are lost then."""

    state: Path

    @property
    def run(self) -> Path:
        """Shared memory: root word, arenas, counters."""
        return self.state / "run"

    @property
    def store(self) -> Path:
        """What the judge keeps: verdicts, words, memory, the chronicle."""
        return self.state / "gslb.db"

    @property
    def telemetry(self) -> Path:
        """What the control process learns and keeps: estimates, populations, demand."""
        return self.state / "telemetry.db"

    @property
    def measured(self) -> Path:
        """Measured round trips, as published."""
        return self.state / "measured.csv"

    @property
    def decisions(self) -> Path:
        """The decision log, lines of JSON in a ring of files."""
        return self.state / "decisions"

    @property
    def cache(self) -> Path:
        return self.state / "cache"

    @property
    def current(self) -> Path:
        """Names the snapshot in use."""
        return self.state / "current"

    @property
    def spec(self) -> Path:
        """What `serve` was asked, for processes that start later."""
        return self.state / "serve.json"

    @property
    def images(self) -> Path:
        """Zones and places, flat, by what is in them."""
        return self.state / "images"

    @property
    def lock(self) -> Path:
        """Held by the node that runs here."""
        return self.state / "lock"

    @property
    def inputs(self) -> Path:
        """What the latest snapshot was built from."""
        return self.state / "inputs.json"

    def snapshot(self, digest: str) -> Path:
        return self.state / "snapshots" / digest

    @property
    def fixed(self) -> Path:
        """What the node that runs here took at its start, and keeps."""
        return self.state / "fixed.json"

    @property
    def judge_socket(self) -> Path:
        return self.state / "judge.sock"

    @property
    def control_socket(self) -> Path:
        return self.state / "control.sock"

    def make(self) -> None:
        """Create what is missing; only the owner may enter."""
        for folder in (self.state, self.run, self.cache):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def adopt(self, digest: str) -> None:
        """Let `digest` be the snapshot in use, in one step."""
        draft = self.current.with_name(".current")
        draft.write_text(digest)
        draft.replace(self.current)

    def adopted(self) -> str:
        """The snapshot in use; FileNotFoundError before the first."""
        return self.current.read_text().strip()


def state_folder(written: str | None, environment: Mapping[str, str], root: bool | None = None) -> Path:
    """The state directory: as written (`node: {state: …}`), as the service manager says, or the usual place."""
    if written:
        return Path(written)
    if "STATE_DIRECTORY" in environment:
        return Path(environment["STATE_DIRECTORY"].split(":")[0])
    if os.geteuid() == 0 if root is None else root:
        return Path("/var/lib/gslb")
    home = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME", "/")) / ".local/state")
    return Path(home) / "gslb"
