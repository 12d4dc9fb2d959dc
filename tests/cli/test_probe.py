import asyncio
import signal
import sys

import pytest

from gslb.cli import main
from gslb.model import MonitorKind
from kit.backends import Authority, backend, says, target
from kit.node import TOKEN, Node, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
async def test_a_vantage_reports_until_it_is_told_to_end(tmp_path, word):
    token = tmp_path / "token"
    token.write_bytes(TOKEN + b"\n")
    async with backend(says(OK)) as port, serving(Node()) as node:
        node.ask_for(target(MonitorKind.HTTP, port, digest="d1", interval=0.2, timeout=0.2))
        command = ["probe", "--name", "eu", "--token", f"file:{token}", "--node", node.url]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gslb", *command, stderr=asyncio.subprocess.PIPE
        )
        await node.until(lambda seen: len(seen) >= 2)
        process.send_signal(word)
        _, said = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 0
    assert f"{node.url}: connected, 1 checks to probe" in said.decode()
    assert "Traceback" not in said.decode()
    assert all(one.vantage == "eu" and one.ok for one in node.observed)


async def test_an_authority_of_our_own_is_trusted_through_the_environment(tmp_path, monkeypatch):
    authority = Authority()
    authority.write(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("GSLB_TEST_TOKEN", TOKEN.decode())
    async with backend(says(OK), authority.server()) as port, serving(Node()) as node:
        node.ask_for(target(MonitorKind.HTTPS, port, digest="d1", interval=0.5, timeout=0.5))
        command = ["probe", "--name", "eu", "--token", "env:GSLB_TEST_TOKEN", "--node", node.url]
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "gslb", *command)
        await node.until(lambda seen: any(one.ok for one in seen))
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.parametrize(
    ("token", "node", "said"),
    [
        ("hunter2", "http://127.0.0.1:8053", "write file:PATH or env:NAME"),
        ("file:/nowhere/token", "http://127.0.0.1:8053", "file:/nowhere/token: No such file"),
        ("env:GSLB_NO_SUCH", "http://127.0.0.1:8053", "env:GSLB_NO_SUCH: empty"),
        ("env:GSLB_TEST_TOKEN", "127.0.0.1:8053", "--node 127.0.0.1:8053: write the URL"),
        ("env:GSLB_TEST_TOKEN", "http://127.0.0.1:port", "write the URL"),
        ("env:GSLB_TEST_TOKEN", "ftp://127.0.0.1", "write the URL"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_probed(capsys, monkeypatch, token, node, said):
    monkeypatch.setenv("GSLB_TEST_TOKEN", TOKEN.decode())

    assert main(["probe", "--name", "eu", "--token", token, "--node", node]) == 2

    assert said in capsys.readouterr().err
