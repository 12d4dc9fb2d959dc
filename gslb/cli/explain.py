"""`gslb explain www --client 203.0.113.7`: why a client gets its answer, or got it, step by step."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.cli.moments import MomentError, past, stamp

SHOWN = 8  # places of a path that are named


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("explain", help="why a client gets its answer")
    parser.add_argument("name", help="a name: www.example.com, or www as the configuration has it")
    parser.add_argument("type", nargs="?", default="", help="a type (default: A)")
    parser.add_argument(
        "--client", help="the client's address or prefix, as its resolver would send it (EDNS client subnet)"
    )
    parser.add_argument("--resolver", help="the resolver's own address (default: 127.0.0.1)")
    parser.add_argument(
        "--at",
        help='as it was then: 02:14, "02:14 Europe/Berlin", 2026-12-03T02:14Z (a time of day is the last one past)',
    )
    parser.add_argument(
        "--from-answer", metavar="ADDRESS", help="the other way round: which clients are answered this, and why"
    )
    parser.add_argument("--all", action="store_true", help="both A and AAAA")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask the node and print; 1 when it does not answer or refuses."""
    types = ["A", "AAAA"] if args.all else [args.type or None]
    try:
        at = None if args.at is None else past(args.at, time.time())
        for rdtype in types:
            body = {"name": args.name, "type": rdtype, "client": args.client, "resolver": args.resolver, "at": at}
            body |= {"answer": args.from_answer}
            found = ask(folders(args).control_socket, "POST", "/v1/explain", body, timeout=60.0)
            text = shown if args.from_answer is None else reversed_shown
            print(json.dumps(found) if args.json else text(found))
    except (NodeError, MomentError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def shown(found: dict[str, Any]) -> str:
    """The explanation as lines for a person."""
    place = ", ".join(
        [found["country"] or "somewhere", *([f"AS{found['asn']}"] if found["asn"] else []), *found["networks"]]
    )
    by = f"  by {found['source']}" if found["source"] else ""
    lines = [f"as of {stamp(found['at'])}"] if "at" in found else []
    lines += [f"{found['name'].rstrip('.')} {found['type']}   client {found['client']}  {place}{by}"]
    lines += stepped(found["steps"])
    if not found["steps"]:
        lines.append("static data")
    if found["opened"]:
        lines.append(f"last resort: {found['opened']}")
    answer = " ".join(found["answer"]) or found["rcode"]
    ttl = f"  TTL {found['ttl']}" if found["ttl"] is not None else ""
    scope = f"  scope /{found['scope']}" if found["scope"] is not None else ""
    since = f" since {stamp(found['since'])}" if "since" in found else ""
    lines.append(f"answer {answer}{ttl}{scope}  (generation {found['generation']}{since})")
    return "\n".join(map(printable, lines))


def stepped(steps: list[dict[str, Any]]) -> list[str]:
    """The path through the tree, one step a line, each deeper one further in."""
    nodes = [step for step in steps if step["kind"] != "endpoint"]
    width = max((len(step["kind"]) + step["depth"] for step in nodes), default=0) + 2
    taken = max((len(step["chosen"]) for step in nodes), default=0) + 2
    lines = []
    for step in steps:
        indent = " " * step["depth"]
        if step["kind"] == "endpoint":
            lines.append(f"{indent}{step['path']}  {step['text']}".rstrip())
        else:
            lines.append(f"{indent + step['kind']:<{width}}{step['chosen']:<{taken}}{step['text']}".rstrip())
    return lines


def reversed_shown(found: dict[str, Any]) -> str:
    """Who is answered something, path by path, the widest first, as lines for a person."""
    lines = [f"as of {stamp(found['at'])}"] if "at" in found else []
    lines.append(f"{found['name'].rstrip('.')} {found['type']} {found['answer']}   (generation {found['generation']})")
    for one in found["paths"]:
        often = "all" if one["share"] > 1 - 1e-9 else f"{one['share']:.2%} of"
        places = ", ".join(place["place"] for place in one["places"][:SHOWN])
        more = len(one["places"]) + one["more"] - SHOWN
        who = "everybody" if one["everybody"] else f"{places}{f' and {more} more' if more > 0 else ''}"
        size = "" if one["everybody"] else f"  ({counted(one['addresses'])} IPv4 addresses)"
        lines.append(f"{often} answers to {who}{size}")
        lines += [f"  {line}" for line in stepped(one["steps"])]
        if one["opened"]:
            lines.append(f"  last resort: {one['opened']}")
    if not found["paths"]:
        lines.append("nobody is answered that")
    return "\n".join(map(printable, lines))


def counted(number: int) -> str:
    """A large number in the unit that suits it: 812.3M."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return str(number)
