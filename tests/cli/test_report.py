"""`gslb report` as a balancer's script runs it: lines in, reports out, wrong ones told."""

import asyncio
import sys

import pytest
from aiohttp import web

from gslb.cli import main
from gslb.model import Secret, Stand
from gslb.probe import Feed
from kit.node import TOKEN


async def test_lines_of_figures_are_reported_until_the_input_ends(tmp_path):
    (tmp_path / "token").write_bytes(TOKEN)
    heard = asyncio.Queue()
    feed = Feed(heard.put_nowait)
    feed.adopt({"edge/eu": Stand("edge/eu", "web/eu", "eu", Secret("file", "t"))}, {"edge/eu": TOKEN})
    app = web.Application()
    app.add_routes(feed.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    command = ["report", "--name", "edge/eu", "--token", f"file:{tmp_path / 'token'}"]
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    pipes = {"stdin": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "gslb", *command, "--node", url, **pipes)
    process.stdin.write(b'{"up": 5, "total": 4}\n{"up": 3, "total": 4, "utilisation": 0.9}\n')
    report = await asyncio.wait_for(heard.get(), 20)
    process.stdin.close()
    _, said = await asyncio.wait_for(process.communicate(), 20)
    await runner.cleanup()

    assert (report.name, report.up, report.total, report.load) == ("edge/eu", 3, 4, 0.9)
    assert process.returncode == 0
    assert "line 1: " in said.decode()
    assert "5 up of 4 cannot be" in said.decode()
    assert "Traceback" not in said.decode()


@pytest.mark.parametrize(
    ("token", "node", "said"),
    [
        ("hunter2", "http://127.0.0.1:8053", "write file:PATH or env:NAME"),
        ("env:GSLB_TEST_TOKEN", "127.0.0.1:8053", "--node 127.0.0.1:8053: write the URL"),
    ],
)
def test_what_cannot_be_right_is_refused(capsys, monkeypatch, token, node, said):
    monkeypatch.setenv("GSLB_TEST_TOKEN", TOKEN.decode())

    assert main(["report", "--name", "edge/eu", "--token", token, "--node", node]) == 2
    assert said in capsys.readouterr().err
