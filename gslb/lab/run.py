"""The lab as processes: two name servers, and for each region its backends and a vantage; one word takes a region down.

Lab ─┬─ ns1, ns2               gslb serve .lab/ns1.yaml
     ├─ backends/eu-west …     python -m gslb.lab eu-west
     └─ vantage/eu-west …      gslb probe --name eu-west
"""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import dns.asyncquery
import dns.edns
import dns.exception
import dns.message
import dns.rcode

from gslb.lab.world import DNS_PORT, NAME, REGIONS, SERVERS, configuration, overlay, what_to_try
from gslb.server import child_preexec

GSLB = (sys.executable, "-m", "gslb")
GRACE = 8.0  # seconds for everything to end by itself


class LabError(Exception):
    """The lab cannot start; the text says why."""


class Lab:
    """Everything the lab runs, by name. All files are under `folder`."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.ended = asyncio.Event()

    def write(self) -> None:
        """Put configurations, the overlay and fresh tokens on disk; tokens are readable by the owner alone."""
        tokens = self.folder / "tokens"
        tokens.mkdir(parents=True, exist_ok=True)
        (self.folder / "log").mkdir(exist_ok=True)
        (tokens / "places.csv").write_text(overlay())
        for region in REGIONS:
            token = tokens / region.name
            token.touch(mode=0o600)
            token.write_text(secrets.token_hex(32) + "\n")
        for server in SERVERS:
            text = configuration(server, str(self.folder / server.name), str(tokens))
            (self.folder / f"{server.name}.yaml").write_text(text)

    async def start(self, name: str, *command: str) -> None:
        """Start one process; its output goes to a log of its own; it ends with us, however we end."""
        log = (self.folder / "log" / f"{name.replace('/', '-')}.log").open("ab")
        with log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=child_preexec
            )

    async def up(self, region: str) -> None:
        """Start a region's backends, if they do not run."""
        await self.down(region)
        await self.start(f"backends/{region}", sys.executable, "-m", "gslb.lab", region)

    async def down(self, region: str) -> None:
        """Kill a region's backends: no goodbye, as a region is lost."""
        process = self.processes.pop(f"backends/{region}", None)
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def open(self) -> None:
        """Start everything and return when both name servers answer with every region up."""
        self.write()
        for region in REGIONS:
            await self.up(region.name)
        for server in SERVERS:
            await self.start(server.name, *GSLB, "serve", str(self.folder / f"{server.name}.yaml"))
        for region in REGIONS:
            nodes = [word for server in SERVERS for word in ("--node", f"http://{server.address}:8053")]
            token = f"file:{self.folder / 'tokens' / region.name}"
            await self.start(f"vantage/{region.name}", *GSLB, "probe", "--name", region.name, "--token", token, *nodes)
        async with asyncio.timeout(60):
            for server in SERVERS:
                await self._answering(server.name, server.address)

    async def _answering(self, name: str, address: str) -> None:
        """Wait until a server gives each continent its own region."""
        for region in REGIONS:
            query = dns.message.make_query(NAME, "A", use_edns=0, options=[_subnet(region.client)])
            wanted = {text for _, text in region.backends}
            while True:
                if self.processes[name].returncode is not None:
                    raise LabError(f"{name} ended:\n{self._tail(name)}")
                try:
                    reply = await dns.asyncquery.udp(query, address, port=DNS_PORT, timeout=0.5)
                except (dns.exception.DNSException, OSError):
                    await asyncio.sleep(0.1)
                    continue
                found = {rdata.to_text() for rrset in reply.answer for rdata in rrset}
                if reply.rcode() == dns.rcode.NOERROR and found and found <= wanted:
                    break
                await asyncio.sleep(0.1)

    def _tail(self, name: str) -> str:
        text = (self.folder / "log" / f"{name.replace('/', '-')}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-12:])

    async def obey(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command from `gslb lab down|up REGION`: a line of JSON in, a line of JSON out."""
        request = json.loads(await reader.readline() or b"{}")
        verb, region = request.get("verb"), request.get("region")
        if region not in {known.name for known in REGIONS}:
            answer = {"error": f"no region {region}; there are {', '.join(known.name for known in REGIONS)}"}
        elif verb == "down":
            await self.down(region)
            answer = {"done": f"{region}: its backends are gone"}
        else:
            await self.up(region)
            answer = {"done": f"{region}: its backends are starting"}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def close(self) -> None:
        """End all processes, politely first; returns when none is left."""
        running = [process for process in self.processes.values() if process.returncode is None]
        for process in running:
            process.terminate()
        try:
            async with asyncio.timeout(GRACE):
                await asyncio.gather(*(process.wait() for process in running))
        except TimeoutError:
            for process in running:
                if process.returncode is None:
                    process.kill()
            await asyncio.gather(*(process.wait() for process in running))


def _typed(path: str | Path) -> str:
    """A path as one would type it here."""
    whole, here = Path(path).absolute(), Path.cwd()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def _subnet(text: str) -> dns.edns.ECSOption:
    address, _, bits = text.partition("/")
    return dns.edns.ECSOption(address, int(bits))


async def run(folder: Path, say: Callable[[str], None]) -> int:
    """Run the lab until Ctrl-C or SIGTERM; the exit status."""
    lab = Lab(folder, say)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lab.ended.set)
    socket = folder / "control"
    opening = asyncio.create_task(lab.open())
    ending = asyncio.create_task(lab.ended.wait())
    try:
        say("starting three regions, three vantages, two name servers …")
        await asyncio.wait((opening, ending), return_when=asyncio.FIRST_COMPLETED)
        if lab.ended.is_set():
            return 130
        opening.result()
        socket.unlink(missing_ok=True)
        async with await asyncio.start_unix_server(lab.obey, socket):
            say(what_to_try(_typed(sys.argv[0]) if which("gslb") is None else "gslb", _typed(folder)))
            await lab.ended.wait()
    except (LabError, TimeoutError) as error:
        say(str(error) or f"the lab did not come up in a minute; its logs are in {folder / 'log'}")
        return 1
    else:
        return 0
    finally:
        opening.cancel()
        ending.cancel()
        await lab.close()
        socket.unlink(missing_ok=True)


async def command(folder: Path, verb: str, region: str) -> tuple[bool, str]:
    """Tell a running lab to take a region down or up: whether it did, and what it said."""
    try:
        reader, writer = await asyncio.open_unix_connection(folder / "control")
    except OSError:
        return False, f"no lab runs in {folder}; start one with `gslb lab`"
    writer.write(json.dumps({"verb": verb, "region": region}).encode() + b"\n")
    answer = json.loads(await reader.readline() or b"{}")
    writer.close()
    return "error" not in answer, answer.get("error") or answer.get("done", "")
