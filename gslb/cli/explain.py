"""`gslb explain www --client 203.0.113.7`: why a client gets its answer, or got it, step by step."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from gslb.cli.local import NodeError, add_state, ask, folders, printable
from gslb.cli.moments import MomentError, past, stamp


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("explain", help="why a client gets its answer")
    parser.add_argument("name", help="a name: www.example.com, or www as the configuration has it")
    parser.add_argument("type", nargs="?", default="A", help="a type (default: A)")
    parser.add_argument(
        "--client", help="the client's address or prefix, as its resolver would send it (EDNS client subnet)"
    )
    parser.add_argument("--resolver", help="the resolver's own address (default: 127.0.0.1)")
    parser.add_argument(
        "--at",
        help='as it was then: 02:14, "02:14 Europe/Berlin", 2026-12-03T02:14Z (a time of day is the last one past)',
    )
    parser.add_argument("--all", action="store_true", help="both A and AAAA")
    parser.add_argument("--json", action="store_true", help="as data")
    add_state(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask the node and print; 1 when it does not answer or refuses."""
    types = ["A", "AAAA"] if args.all else [args.type]
    try:
        at = None if args.at is None else past(args.at, time.time())
        for rdtype in types:
            body = {"name": args.name, "type": rdtype, "client": args.client, "resolver": args.resolver, "at": at}
            found = ask(folders(args).control_socket, "POST", "/v1/explain", body, timeout=60.0)
            print(json.dumps(found) if args.json else shown(found))
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
    steps = found["steps"]
    nodes = [step for step in steps if step["kind"] != "endpoint"]
    width = max((len(step["kind"]) + step["depth"] for step in nodes), default=0) + 2
    taken = max((len(step["chosen"]) for step in nodes), default=0) + 2
    for step in steps:
        indent = " " * step["depth"]
        if step["kind"] == "endpoint":
            lines.append(f"{indent}{step['path']}  {step['text']}".rstrip())
        else:
            lines.append(f"{indent + step['kind']:<{width}}{step['chosen']:<{taken}}{step['text']}".rstrip())
    if not steps:
        lines.append("static data")
    if found["opened"]:
        lines.append(f"last resort: {found['opened']}")
    answer = " ".join(found["answer"]) or found["rcode"]
    ttl = f"  TTL {found['ttl']}" if found["ttl"] is not None else ""
    scope = f"  scope /{found['scope']}" if found["scope"] is not None else ""
    since = f" since {stamp(found['since'])}" if "since" in found else ""
    lines.append(f"answer {answer}{ttl}{scope}  (generation {found['generation']}{since})")
    return "\n".join(map(printable, lines))
