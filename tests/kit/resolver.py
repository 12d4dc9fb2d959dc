"""unbound as the caching resolver between clients and our nodes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import dns.exception

from kit.addresses import free_port, own_address
from kit.processes import Process, ask
from kit.waiting import wait_until

SEARCH_PATH = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


class Unbound(Process):
    """A resolver that asks our nodes for some zones, and keeps what it hears for as long as it was told.

    `subnets`: it sends client subnets (RFC 7871) and keeps answers by prefix.
    """

    def __init__(
        self, folder: Path, zones: Iterable[str], nodes: Iterable[tuple[str, int]], *, subnets: bool = False
    ) -> None:
        program = shutil.which("unbound", path=SEARCH_PATH)
        if program is None:
            raise FileNotFoundError("unbound is not installed: apt-get install unbound")
        self.at = own_address(), 0
        self.at = self.at[0], free_port(self.at[0])
        folder = folder / "unbound"
        folder.mkdir(parents=True, exist_ok=True)
        upstream = list(nodes)
        stubs = "".join(
            f"stub-zone:\n  name: {zone}\n" + "".join(f"  stub-addr: {host}@{port}\n" for host, port in upstream)
            for zone in zones
        )
        ours = "".join(f"  send-client-subnet: {host}\n" for host, _ in upstream) if subnets else ""
        modules = "subnetcache iterator" if subnets else "iterator"
        (folder / "unbound.conf").write_text(f"""\
server:
  interface: {self.at[0]}@{self.at[1]}
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  logfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  num-threads: 1
  verbosity: 1
  module-config: "{modules}"
  do-not-query-localhost: no
  target-fetch-policy: "0 0 0 0 0"
  qname-minimisation: no
{ours}remote-control:
  control-enable: no
{stubs}""")
        super().__init__(folder, "resolver", [program, "-d", "-c", str(folder / "unbound.conf")])

    def start(self, probe: str) -> Unbound:
        """Start it and return when it answers for `probe`."""
        self.launch()

        def answers() -> bool:
            assert self.status is None, f"unbound ended with {self.status}:\n{self.log}"
            try:
                return bool(ask(self.at, probe, within=0.3, recursion=True).answer)
            except (dns.exception.Timeout, OSError):
                return False

        wait_until(answers, 15, lambda: self.log)
        return self


def has_subnet_cache() -> bool:
    """Whether this build of unbound can keep answers by client prefix."""
    program = shutil.which("unbound", path=SEARCH_PATH)
    told = subprocess.run([program or "unbound", "-V"], capture_output=True, text=True, check=False).stdout
    return "subnetcache" in told
