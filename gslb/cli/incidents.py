"""`gslb incidents`: what went down, when it was noticed, published and answered, and what that cost clients."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from gslb.app import incidents_told
from gslb.cli.local import add_state, folders, printable
from gslb.cli.moments import stamp
from gslb.store import StoreError

SHOWN = 20
PHASES = (
    ("injected", "injected", "not a drill: nobody knows"),
    ("seen", "seen", "first observation against it"),
    ("suspect", "suspect", "about to turn"),
    ("verdict", "verdict", ""),
    ("published", "published", ""),
    ("first answer", "first_answer", ""),
    ("last old answer", "last_old_answer", ""),
    ("last stale", "last_stale", "the last client lets go of it, by its TTL"),
    ("back", "back", "all of it up again"),
)


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("incidents", help="what went down, phase by phase, and what it cost")
    parser.add_argument("which", nargs="?", help="last, or a number; without it the latest are listed")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the state directory and print; 1 where it cannot be read, or holds no such incident."""
    try:
        found = incidents_told(folders(args))
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    if args.which is None:
        print(json.dumps(found) if args.json else listed(found[-SHOWN:]))
        return 0
    chosen = [one for one in found if str(one["number"]) == args.which.lstrip("#")]
    if args.which == "last":
        chosen = found[-1:]
    if not chosen:
        known = f"the last is {found[-1]['number']}" if found else "there is none"
        print(f"no incident {args.which}; {known}", file=sys.stderr)
        return 1
    print(json.dumps(chosen[0]) if args.json else shown(chosen[0]))
    return 0


def listed(found: list[dict[str, Any]]) -> str:
    """One line each, oldest first."""
    return "\n".join(printable(_line(one)) for one in found) or "no incidents"


def _line(one: dict[str, Any]) -> str:
    moved = ", ".join(move["name"].rstrip(".") for move in one["moved"][:3])
    more = f" and {len(one['moved']) - 3} more" if len(one["moved"]) > 3 else ""
    after = one["first_answer"] or one["published"]
    what = f"{moved}{more} moved in {after - one['seen']:.1f} s" if moved and after else "nothing moved"
    cost = f", last stale client after {one['rto']:.1f} s" if one["rto"] is not None and moved else ""
    back = f", back after {one['back'] - one['verdict']:.0f} s" if one["back"] else ", not back"
    return f"#{one['number']}  {stamp(one['seen'])}  {_fell(one)} down ({one['reason']}): {what}{cost}{back}"


def _fell(one: dict[str, Any]) -> str:
    names = one["endpoints"] or [check["monitor"] for check in one["checks"]]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def shown(one: dict[str, Any]) -> str:
    """All phases, one a line, each with what passed since the first."""
    up, down = one["votes"]
    lines = [f"incident {one['number']}: {_fell(one)} down  {one['reason']}, {down}/{up + down} vantages"]
    if one["cause"]:
        lines.append(f"cause {one['cause']}")
    for words, field, text in PHASES:
        at = one[field]
        note = text
        match field:
            case "published":
                note = f"generation {one['generation']}"
            case "first_answer" | "last_old_answer" if at is not None:
                note = f"{_answers(one, field)}, to within {max(one['exact'] or 0.0, 0.1):.1f} s"
        since = "" if at is None else f"{at - one['seen']:+.1f} s"
        lines.append(f"  {words:<16}{'-' if at is None else _clock(at):<32}{since:<12}{note}".rstrip())
    lines += [
        f"moved {move['name'].rstrip('.')}: {', '.join(move['old'])} -> {', '.join(move['new']) or 'nothing'}, "
        f"TTL {move['ttl']}"
        for move in one["moved"]
    ]
    if one["rto"] is not None:
        lines.append(f"RTO {one['rto']:.1f} s, from the first observation to the last stale client")
    return "\n".join(map(printable, lines))


def _answers(one: dict[str, Any], field: str) -> str:
    side = "new" if field == "first_answer" else "old"
    return ", ".join(dict.fromkeys(path for move in one["moved"] for path in move[side]))


def _clock(at: float) -> str:
    """A moment to the hundredth of a second."""
    return f"{stamp(at)[:19]}.{int(at % 1 * 100):02d}{stamp(at)[19:]}"
