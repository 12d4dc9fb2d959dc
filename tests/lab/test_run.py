"""The lab's hand: files with the right rights, commands obeyed or refused in words, nothing running, nothing left."""

import asyncio
import json
import stat

import pytest

from gslb.lab.run import Lab, command
from gslb.lab.world import PORT, REGIONS


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path, lambda text: None)


async def test_tokens_are_fresh_and_for_the_owner_alone(lab, tmp_path):
    lab.write()
    token = tmp_path / "tokens" / "eu-west"
    first = token.read_text()

    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert len(first.strip()) == 64
    assert "latency: web" in (tmp_path / "ns1.yaml").read_text()

    lab.write()
    assert token.read_text() != first


async def test_no_lab_is_told_in_words(tmp_path):
    done, said = await command(tmp_path, "down", "eu-west")

    assert not done
    assert "no lab runs" in said


async def test_an_unknown_region_is_refused_with_those_there_are(lab, tmp_path):
    async with await asyncio.start_unix_server(lab.obey, tmp_path / "control"):
        done, said = await command(tmp_path, "down", "eu-wset")

    assert not done
    assert all(region.name in said for region in REGIONS)


async def test_a_region_goes_up_and_down_and_nothing_is_left(lab, tmp_path):
    lab.write()
    address = REGIONS[0].backends[0][1]
    async with await asyncio.start_unix_server(lab.obey, tmp_path / "control"):
        assert (await command(tmp_path, "up", "eu-west"))[0]
        reader, writer = await _connected(address)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        body = (await reader.read()).partition(b"\r\n\r\n")[2]
        writer.close()
        assert json.loads(body)["region"] == "eu-west"

        assert (await command(tmp_path, "down", "eu-west"))[0]
        with pytest.raises(OSError):
            await asyncio.open_connection(address, PORT)
        assert (await command(tmp_path, "up", "eu-west"))[0]
    processes = list(lab.processes.values())
    await lab.close()

    assert processes
    assert all(process.returncode is not None for process in processes)


async def _connected(address):
    async with asyncio.timeout(30):
        while True:
            try:
                return await asyncio.open_connection(address, PORT)
            except OSError:
                await asyncio.sleep(0.05)
