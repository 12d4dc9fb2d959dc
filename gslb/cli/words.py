"""`gslb up|drain|off|auto PATH`, `gslb undrain PATH`, `gslb cancel ID`: an operator's word, now or planned."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, tzinfo

from gslb.cli.appointments import appointment
from gslb.cli.moments import MomentError
from gslb.cli.orders import REFUSED, add_options, give, length

WORDS = {
    "up": "answer it whatever probes say",
    "drain": "give no new answers naming it unless nothing else is left",
    "off": "never answer it",
    "auto": "take the word back: it is judged again",
}
UNDONE = "undone"


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for word, text in WORDS.items():
        parser = verbs.add_parser(word, help=text, description=f"{text[0].upper()}{text[1:]}.")
        parser.add_argument("path", nargs="+", help="an endpoint (web/eu-west), a pool (web) or a region (eu-west)")
        if word != "auto":
            ends = parser.add_mutually_exclusive_group()
            ends.add_argument(
                "--for", dest="lasts", type=length, metavar="DURATION", help="so long, then by itself no more (2h)"
            )
            ends.add_argument("--until", metavar="TIME", help='until then ("06:00 Europe/Berlin"), or until undone')
        if word == "drain":
            parser.add_argument("--at", metavar="TIME", help='from then on: "04:00 Europe/Berlin", 2026-12-03T03:00Z')
            parser.add_argument(
                "--ramp", type=length, metavar="DURATION", help="over so long, and back as long at its end (10m)"
            )
        if word == "off":
            parser.add_argument("--clear", action="store_true", help="take the word back")
        add_options(parser)
        parser.set_defaults(run=say, word=word)
    parser = verbs.add_parser("undrain", help="let a drained path take its clients back")
    parser.add_argument("path")
    parser.add_argument("--ramp", type=length, metavar="DURATION", help="by and by, over so long (15m)")
    add_options(parser)
    parser.set_defaults(run=undrain)
    parser = verbs.add_parser("cancel", help="take back what stands or is planned under a number (d-17), at once")
    parser.add_argument("id")
    add_options(parser)
    parser.set_defaults(run=lambda args: give(args, "/v1/cancel", {"id": args.id}))


def say(args: argparse.Namespace) -> int:
    """Put, plan or clear a word; prints what the node says."""
    path: object = args.path[0] if len(args.path) == 1 else args.path
    if args.word == "auto" or getattr(args, "clear", False):
        return give(args, "/v1/clear", {"path": path})
    try:
        times, zone = _times(args)
    except MomentError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return give(args, "/v1/override", {"path": path, "word": args.word, **times}, zone)


def undrain(args: argparse.Namespace) -> int:
    """Let clients come back."""
    return give(args, "/v1/undrain", {"path": args.path, "ramp": args.ramp})


def _times(args: argparse.Namespace) -> tuple[dict[str, object], tzinfo]:
    """When a word begins and ends and how, as the node wants it, and the zone to speak of it in."""
    now, times = time.time(), dict[str, object]()
    zone: tzinfo = UTC
    times["for"] = args.lasts
    at = getattr(args, "at", None)
    if at:
        begins = appointment(at, now)
        times["begins"], zone = begins.wall, begins.zone
    if args.until and args.until != UNDONE:
        start = times.get("begins")
        ends = appointment(args.until, start if isinstance(start, float) else now)
        times["until"], zone = ends.wall, ends.zone
    if args.word == "drain":
        times["ramp"] = args.ramp
    return times, zone
