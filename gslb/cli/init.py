"""gslb init: a commented configuration to start from, and the schema that editors check it with."""

from __future__ import annotations

import argparse
import json
import sys

START = """\
# gslb.yaml - check it: gslb check gslb.yaml     serve it: gslb serve gslb.yaml
# yaml-language-server: $schema=gslb.schema.json     (gslb init --schema > gslb.schema.json; for editors)
gslb: 1                                       # the version of this language
listen: 127.0.0.1:5300                        # UDP and TCP; port 53 where none is written

monitors:
  ready:
    probe: http://www.example.com/health      # Host and path; it connects to each endpoint it hangs on
    interval: 5s                              # every duration has a unit
    timeout: 2s
    confirm_interval: 1s                      # how soon to ask again after a failure
    fall: 3                                   # failures in a row until it is down
    rise: 2                                   # successes in a row until it is up

pools:                                        # endpoints that serve the same thing; an address is written once, here
  web:
    monitor: ready
    endpoints:
      main:  192.0.2.10                       # an address; or [192.0.2.10, "2001:db8::10"] for both families
      spare: 198.51.100.10

zones:
  gslb.example.com:
    records: |                                # master-file text, or file: PATH; an SOA is made when there is none
      @    1d  NS  ns1
      @    1d  NS  ns2
      ns1  1d  A   192.0.2.53
      ns2  1d  A   198.51.100.53
    steer:                                    # the names whose answers a policy chooses
      www:
        ttl: 30s
        failover: [web/main, web/spare]       # the first healthy one; also weighted, latency, geo, sticky …
        failback: {after: 10m}                # back to main when it was healthy for so long; or auto, or manual
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("init", help="print a commented configuration to start from: gslb init > gslb.yaml")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema for editors instead")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it."""
    if args.schema:
        from gslb.config import schema

        print(json.dumps(schema(), indent=1))
    else:
        sys.stdout.write(START)
    return 0
