"""`gslb up|drain|off|auto PATH`: an operator's word on an endpoint, a pool or a region; `gslb failback NAME`."""

from __future__ import annotations

import argparse
import sys

from gslb.cli.local import NodeError, add_state, ask, folders
from gslb.config import duration

WORDS = {
    "up": "answer it whatever probes say",
    "drain": "give no new answers naming it unless nothing else is left",
    "off": "never answer it",
    "auto": "take the word back: it is judged again",
}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for word, text in WORDS.items():
        parser = verbs.add_parser(word, help=text, description=f"{text[0].upper()}{text[1:]}.")
        parser.add_argument("path", help="an endpoint (web/eu-west), a pool (web) or a region (eu-west)")
        parser.add_argument("--why", default="", help="the reason, for those who look later")
        if word != "auto":
            parser.add_argument(
                "--for", dest="lasts", metavar="DURATION", help="take it back by itself after this long (2h)"
            )
        if word == "off":
            parser.add_argument("--force", action="store_true", help="even if it is the last endpoint of a name")
        add_state(parser)
        parser.set_defaults(run=say, word=word)
    parser = verbs.add_parser("failback", help="let a steered name go back to its best choice now")
    parser.add_argument("name", help="a steered name: www, or www.example.com")
    add_state(parser)
    parser.set_defaults(run=failback)


def say(args: argparse.Namespace) -> int:
    """Put or clear a word; prints what the node says."""
    body: dict[str, object] = {"path": args.path, "why": args.why}
    target = "/v1/clear"
    if args.word != "auto":
        target = "/v1/override"
        body |= {
            "word": args.word,
            "for": duration(args.lasts) if args.lasts else None,
            "force": getattr(args, "force", False),
        }
    return _tell(args, target, body)


def failback(args: argparse.Namespace) -> int:
    """Release the latches of a name."""
    return _tell(args, "/v1/failback", {"name": args.name})


def _tell(args: argparse.Namespace, target: str, body: dict[str, object]) -> int:
    try:
        print(ask(folders(args).judge_socket, "POST", target, body)["done"])
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
