"""One region's backends as a process: `python -m gslb.lab REGION`."""

import asyncio
import sys

from aiohttp import web

from gslb.lab.backend import Backend, application
from gslb.lab.world import PORT, REGIONS


async def serve(region_name: str) -> None:
    """Serve every backend of a region until ended."""
    (region,) = (region for region in REGIONS if region.name == region_name)
    for name, address in region.backends:
        runner = web.AppRunner(application(Backend(region.name, name)), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, address, PORT, reuse_address=True).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
