"""Whole small worlds from YAML text: assembled, built, published into a folder, ready to be asked."""

from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import dns.edns
import dns.flags
import dns.message

from gslb.config import load
from gslb.control import Built, Publishing, assemble, build, save
from gslb.health import Verdict
from gslb.image import Publisher, Tables
from gslb.model import checks
from gslb.nameserver import Belief, Client, Transport, View, World, respond

WALL = 1_700_000_000.0

LARGE = """\
gslb: 1
node: {name: ns1, identity: ns1.test, version: "gslb test"}
listen: 127.0.0.1:5300
clients: {overlay: places.csv}
networks:
  office: [198.51.100.0/24, 203.0.113.128/25, "2001:db8:f::/48"]
regions:
  eu-west: {at: FRA}
  us-east: {at: IAD}
  ap-south: {at: BOM}
monitors:
  ready: {probe: "http://www.example.com/ready", interval: 5s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}
pools:
  web:
    monitor: ready
    endpoints:
      eu-west: [192.0.2.1, "2001:db8:1::1"]
      us-east: [192.0.2.2, "2001:db8:2::1"]
      ap-south: 192.0.2.3
  many:
    endpoints:
      eu-west/a: 192.0.2.11
      eu-west/b: 192.0.2.12
      eu-west/c: 192.0.2.13
      us-east/d: 192.0.2.14
      us-east/e: 192.0.2.15
  cdn: {endpoints: {us-east: www.example.net.}}
  sip: {type: SRV, endpoints: {eu-west: 10 50 5061 sip.example.com., us-east: 20 50 5061 sip2.example.com.}}
policies:
  rollout: {weighted: {web/eu-west: 95, web/us-east: 5}, by: client}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      @ 1h NS ns2
      ns1 1h A 192.0.2.53
      ns2 1h A 192.0.2.54
      @ 1h MX 10 mail
      mail 300 A 192.0.2.25
      mail 300 AAAA 2001:db8::25
      Case 300 TXT "case"
      alias 300 CNAME www
      far 300 CNAME www.example.org.
      static 300 CNAME mail
      big 300 TXT ("012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
        "1123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "2123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "3123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "4123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789" )
      *.wild 60 TXT "wild"
      *.wildalias 60 CNAME www
      d 300 DNAME e
      x.e 300 A 192.0.2.99
      sub 300 NS ns.sub
      ns.sub 300 A 192.0.2.77
      deep.er.ent 60 A 192.0.2.78
      svc 60 HTTPS 1 mail alpn=h2
    steer:
      www: {ttl: 30s, latency: web}
      weighted: {ttl: 30s, weighted: {web/eu-west: 1, web/us-east: 2, web/ap-south: 7}}
      failover: {ttl: {min: 5s, max: 60s}, failover: [web/eu-west, web/us-east]}
      geo: {ttl: 30s, geo: {europe: {latency: web, in: [eu-west], fence: true}, US: web/us-east, default: rollout}}
      near: {ttl: 30s, geoproximity: web, bias: {us-east: 20}}
      net: {ttl: 30s, network: {office: web/eu-west, 203.0.113.0/24: web/ap-south, default: web/us-east}}
      sticky: {ttl: 30s, sticky: web}
      stuck: {ttl: 30s, locate: resolver, sticky: web}
      all: {ttl: 30s, multivalue: many, answers: 4}
      pool: {ttl: 30s, multivalue: web}
      four: {ttl: 30s, failover: [web/ap-south]}
      name: {ttl: 30s, failover: [cdn]}
      text: {ttl: 30s, failover: [{rdata: ["one"], type: TXT}]}
      _sip._tcp: {ttl: 30s, failover: [sip/eu-west, sip/us-east]}
      "*.shop": {ttl: 30s, latency: rollout}
      "@": {ttl: 30s, failover: [web/eu-west, web/us-east]}
  child.example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.55
      www 1h A 192.0.2.56
"""
OVERLAY = """\
prefix,country
127.1.0.0/16,DE
127.2.0.0/16,US
127.3.0.0/16,IN
2001:db8:1::/48,DE
"""


def read(path: str) -> str:
    return {"large.yaml": LARGE, "places.csv": OVERLAY}[path]


def world(text: str, extra: dict[str, str] | None = None) -> World:
    """The world of a YAML text; `extra` are further files by name."""
    files = {"test.yaml": text, "places.csv": OVERLAY, **(extra or {})}
    return assemble(load("test.yaml", files.__getitem__), files.__getitem__, WALL).world


@cache
def large() -> World:
    """One of everything."""
    return world(LARGE)


def all_up(of: World, down: frozenset[str] = frozenset()) -> Belief:
    """A belief in which every check is up but those of the endpoints in `down`."""
    verdicts = {
        check: Verdict(check, up=check.endpoint not in down, since=WALL - 100, reason="as the test says")
        for check in checks(of.model)
    }
    return Belief(epoch=1, generation=1, verdicts=verdicts, wall=WALL, seed=7)


class Published:
    """A world in a folder, with tables to answer from; `believe` publishes another belief."""

    def __init__(self, folder: Path, of: World, belief: Belief | None = None) -> None:
        self.folder = folder
        self.built: Built = save(build(of, folder), folder)
        self.publisher = Publisher(folder / "run")
        self.publishing = Publishing(self.built)
        self.believe(belief or all_up(of))
        self.tables = Tables(folder / "run", 0)

    def believe(self, belief: Belief) -> None:
        generation = self.publisher.generation[1] + 1
        self.view = View(self.built.world, replace(belief, epoch=1, generation=generation))
        self.publisher.publish(self.publishing.publication(self.view.belief, None, 1.0))


def query(name: str, rdtype: str = "A", subnet: str = "", *, edns: bool = True, **kwargs: object) -> bytes:
    """A query as wire; `subnet` is an EDNS client subnet."""
    options: list[dns.edns.Option] = []
    if subnet:
        address, _, bits = subnet.partition("/")
        options.append(dns.edns.ECSOption(address, int(bits)))
    message = dns.message.make_query(name, rdtype, **kwargs)
    if edns or options:
        message.use_edns(0, payload=1232, options=options)
    return message.to_wire()


def ask(
    view: View, packet: bytes, sender: str = "192.0.2.200", draw: int = 0, *, tcp: bool = False
) -> dns.message.Message:
    """The decoded reply of `respond`."""
    transport = Transport.TCP if tcp else Transport.UDP
    reply = respond(packet, Client(ip_address(sender), transport), view, lambda: draw)
    assert reply is not None
    return dns.message.from_wire(reply)


def texts(message: dns.message.Message) -> list[str]:
    """The rdata of the answer section, in order."""
    return [rdata.to_text() for rrset in message.answer for rdata in rrset]


def scope(message: dns.message.Message) -> int | None:
    """The scope of the reply's client subnet option; None without one."""
    return next((option.scopelen for option in message.options if isinstance(option, dns.edns.ECSOption)), None)
