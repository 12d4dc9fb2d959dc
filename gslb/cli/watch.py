"""`gslb watch d-17`: a drain as it goes, a line whenever something about it changes."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.cli.orders import sentence

EVERY = 1.0  # seconds between two looks
SILENT = 5.0  # seconds after which what a balancer said is old
STEP = 5  # percent of the clients that a line is worth


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("watch", help="follow a drain or a fail-back until it is over, or until Ctrl-C")
    parser.add_argument("id", help="its number: d-17")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Follow; 1 where there is no such thing."""
    socket = folders(args).judge_socket
    told: tuple[str, ...] = ()
    first = True
    try:
        while True:
            try:
                found = [one for one in ask(socket, "GET", "/v1/words") if one["id"] == args.id]
            except NodeError as error:
                if first:
                    raise
                print(f"{stamp(time.time())}  {error}; still looking", flush=True)
                time.sleep(EVERY)
                continue
            if not found:
                return _over(args.id, first=first)
            if first:
                print(sentence(found[0]), flush=True)
            node = folders(args)
            seen = traffic(found[0]["path"], _told(node.control_socket, "/v1/status"), _told(socket, "/v1/balancers"))
            now = tuple(printable(line) for line in (*course(found[0]), *seen))
            for line in now:
                if line not in told:
                    print(f"{stamp(found[0]['now'])}  {line}", flush=True)
            told, first = now, False
            time.sleep(EVERY)
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def course(word: Mapping[str, Any]) -> Iterator[str]:
    """What there is to say of a word now; a line is the same text for as long as it says the same."""
    now, share, quiet = word["now"], word["share"], word.get("quiet")
    begins, expires = word["begins"], word["expires"]
    yield f"TTL {word['ttl']} s of {', '.join(word['names']) or 'no name'}"
    if begins is not None and now < begins:
        yield f"planned: begins {stamp(begins)}"
        return
    if expires is not None and now >= expires:
        yield f"returning: {_percent(share)} of clients still turned away, all back {stamp(expires + word['back'])}"
        return
    if share < 1.0:
        yield f"{_percent(share)} of clients moved, all of them {stamp(begins + word['ramp'])}"
        return
    yield "all clients moved"
    if quiet is None:
        return
    if now < quiet:
        yield f"last client off by {stamp(quiet)}"
    else:
        yield f"quiet since {stamp(quiet)}: no cache may name {word['path']} any more"


def traffic(path: str, status: Any, balancers: Any) -> Iterator[str]:
    """What still goes there, as far as somebody tells: answers that name a region, and what its balancers carry."""
    for region in status["regions"] if status else ():
        if region["region"] == path:
            yield f"answers naming {path}: {_about(region['rate'])}/s"
    carried = [one for one in balancers or () if one["age"] < SILENT and _within(one["endpoint"], path)]
    if carried:
        names = ", ".join(one["name"] for one in carried)
        connections, requests = (sum(one[what] for one in carried) for what in ("connections", "requests"))
        yield f"at {names}: {_about(connections)} connections, {_about(requests)} requests/s"


def _told(socket: Path, target: str) -> Any:
    """What the node says, or None where nobody answers there."""
    try:
        return ask(socket, "GET", target)
    except NodeError:
        return None


def _within(endpoint: str, path: str) -> bool:
    """Whether an endpoint is, is part of, or stands in the region of a path."""
    return endpoint == path or endpoint.startswith(f"{path}/") or endpoint.split("/")[1:2] == [path]


def _about(rate: float) -> str:
    """In one digit, so that a line is told when it says something new."""
    return f"{float(f'{rate:.1g}'):g}"


def stamp(wall: float) -> str:
    """A moment on its own day, in UTC."""
    return datetime.fromtimestamp(wall, UTC).strftime("%H:%M:%SZ")


def _percent(share: float) -> str:
    """In steps, so that a line is told when it says something new."""
    return f"{int(share * 100) // STEP * STEP} %"


def _over(id_: str, *, first: bool) -> int:
    if first:
        print(f"there is no {id_}; gslb status shows what stands and what is planned", file=sys.stderr)
        return 1
    print(f"{stamp(time.time())}  {id_} is over")
    return 0
