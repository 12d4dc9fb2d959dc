"""The configuration most scenarios share: two regions, one pool probed over HTTP, one zone that fails over."""

NAME = "www.example.com"
TTL = 2
DETECTION = 4.0  # interval + (fall - 1) * max(confirm_interval, timeout) + timeout + 1 s, as written below
RETURN = 5.0  # rise probes, one interval apart, each within its timeout; then deciding and publishing

RECORDS = """\
      @ 1h NS ns1
      ns1 1h A 127.0.0.1
      static 1h A 192.0.2.1
      alias 1h CNAME static
      *.wild 1h TXT "anything"
"""


def two_regions(eu: str, us: str, port: int, *, records: str = "", steer: str = "", more: str = "") -> str:
    """eu-west at `eu`, us-east at `us`; `www` prefers the first. `records`, `steer` and `more` add to it."""
    return f"""\
regions:
  eu-west: {{at: FRA}}
  us-east: {{at: IAD}}
monitors:
  ready:
    probe: http://{NAME}:{port}/health
    interval: 1s
    timeout: 1s
    confirm_interval: 250ms
    fall: 2
    rise: 2
    damping: off
pools:
  web:
    monitor: ready
    endpoints: {{eu-west: {eu}, us-east: {us}}}
zones:
  example.com:
    records: |
{RECORDS}{records}    steer:
      www: {{ttl: {TTL}s, failover: [web/eu-west, web/us-east], failback: auto}}
{steer}{more}"""
