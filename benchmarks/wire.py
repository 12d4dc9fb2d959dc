"""Part `wire`: from a word or an observation that turns a verdict to the first changed answer on the wire.

10,000 steered names over 100 distinct trees that all name one endpoint, and one more name whose tree nobody shares.
"""

import re
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import ours
from measured import Results
from node import Watch, Word, tell
from plan import Plan, say
from questions import message
from rig import Prepared, Running, free_port, running, settle
from servers import SERVERS
from world import STEERED, zone_text

NAMES, TREES, TURNS = 10_000, 100, 10
ADDRESSES = {"web/eu": "127.200.0.1", "web/us": "127.200.0.2", "solo/eu": "127.200.0.3", "solo/us": "127.200.0.4"}
WATCHED = (("one tree", "solo/eu", "one"), (f"{TREES} trees", "web/eu", f"n{NAMES - 1}"))
CHANGES_WITHIN = 10.0  # seconds; probes go out each second
CAUSE = re.compile(r"event=verdict check=tcp@(\S+?)\[\S* state=(\w+) .*?cause_at=([\d.]+)")


@dataclass
class Switch:
    """An endpoint that can refuse: it listens, or it does not."""

    address: tuple[str, int]
    listener: socket.socket | None = None

    def on(self) -> None:
        self.listener = socket.create_server(self.address, backlog=1024)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def off(self) -> None:
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)  # which ends the thread, too
            self.listener.close()
        self.listener = None

    @staticmethod
    def _accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                listener.accept()[0].close()


def configure(folder: Path, dns_port: int, probe_port: int) -> Path:
    """The configuration that the measurement is made on."""
    third = {f"third{n}": {"monitor": "tcp", "endpoints": {"us": ADDRESSES["web/us"]}} for n in range(TREES)}
    two = {
        pool: {"monitor": "tcp", "endpoints": {site: ADDRESSES[f"{pool}/{site}"] for site in ("eu", "us")}}
        for pool in ("web", "solo")
    }
    trees = {f"t{n}": {"failover": ["web/eu", "web/us", f"third{n}/us"], "failback": "auto"} for n in range(TREES)}
    steer = {"one": {"failover": ["solo/eu", "solo/us"], "failback": "auto"}} | {
        f"n{n}": f"t{n % TREES}" for n in range(NAMES)
    }
    (folder / STEERED).write_text(zone_text(STEERED))
    probe = {"probe": f"tcp://:{probe_port}", "interval": "1s", "timeout": "500ms", "fall": "1", "rise": "1"}
    return ours.write(
        folder,
        {
            "gslb": "1",
            "listen": [f"127.0.0.1:{dns_port}"],
            "node": {"name": "bench", "state": str(folder / "state")},
            "workers": "1",
            "monitors": {"tcp": probe},
            "pools": {**two, **third},
            "policies": trees,
            "zones": {STEERED: {"file": str(folder / STEERED), "steer": steer}},
        },
    )


@contextmanager
def flipping(plan: Plan, engine: str) -> Iterator[tuple[Running, dict[str, Switch]]]:
    """A node that answers, and the endpoints it probes."""
    folder = plan.scratch / f"wire-{engine}"
    folder.mkdir()
    dns_port, probe_port = free_port(), free_port()
    command = ours.command(engine.removeprefix("gslb-"), configure(folder, dns_port, probe_port))
    with ExitStack() as stack:
        switches = {path: Switch((address, probe_port)) for path, address in ADDRESSES.items()}
        for switch in switches.values():
            switch.on()
            stack.callback(switch.off)
        prepared = Prepared(SERVERS[engine], plan.world, folder, dns_port, command)
        runs = stack.enter_context(running(prepared, plan.cores))
        deadline = time.monotonic() + 120
        while "\nready in" not in f"\n{runs.log()}":
            if time.monotonic() > deadline or runs.process.poll() is not None:
                raise RuntimeError(f"not ready\n{runs.log()[-2_000:]}")
            time.sleep(0.05)
        yield runs, switches


def measure(plan: Plan, results: Results) -> None:
    """Words, then observations; there and back, time after time."""
    engines = plan.engines()
    if not engines:
        return
    with flipping(plan, engines[-1]) as (runs, switches):
        settle(runs)
        for what, path, label in WATCHED:
            with closing(Watch(runs.port, message(label, STEERED))) as watch:
                by_word = [turn for _ in range(TURNS) for turn in words(runs, watch, path)]
                by_probe = [turn for _ in range(TURNS) for turn in observations(runs, watch, switches[path], path)]
            for cause, turns in (("word", by_word), ("observation", by_probe)):
                say(f"flip by {cause}, {what}: {statistics.median(turns):.1f} ms, longest {max(turns):.1f}")
                for each in turns:
                    results.add("gslb", f"flip by {cause}, {what}", ms=each)


def words(runs: Running, watch: Watch, path: str) -> list[float]:
    """Milliseconds from sending a word to the first changed answer: off, and back."""
    took = []
    for word in (Word.OFF, Word.AUTO):
        old = watch.answer()
        with told_meanwhile(runs.folder, word, path) as began:
            took.append(1e3 * (watch.until_changed(old, CHANGES_WITHIN) - began))
    return took


@contextmanager
def told_meanwhile(folder: Path, word: Word, path: str) -> Iterator[float]:
    """A word told beside the watching; yields when it was sent."""
    began = time.monotonic()
    telling = threading.Thread(target=tell, args=(folder, word, path))
    telling.start()
    try:
        yield began
    finally:
        telling.join()


def observations(runs: Running, watch: Watch, switch: Switch, path: str) -> list[float]:
    """Milliseconds from the observation that turned the verdict to the first changed answer: down, and up."""
    took = []
    for turn, state in ((switch.off, "down"), (switch.on, "up")):
        old = watch.answer()
        turned = time.monotonic()
        turn()
        changed = watch.until_changed(old, CHANGES_WITHIN)
        took.append(1e3 * (changed - cause(runs, path, state, turned)))
    return took


def cause(runs: Running, path: str, state: str, turned: float) -> float:
    """When the observation was made that turned this endpoint, some time after `turned`; by the monotonic clock."""
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        told = [float(at) for said, turned, at in CAUSE.findall(runs.log()) if said == path and turned == state]
        if told and told[-1] >= turned:
            return told[-1]
        time.sleep(0.02)
    raise RuntimeError(f"no verdict on {path} in the journal\n{runs.log()[-2_000:]}")
