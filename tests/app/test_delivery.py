"""One notification to a real webhook and to a real program; refused, unanswered, fenced off, not allowed."""

import asyncio
import json
from ipaddress import ip_network

import pytest

from gslb.app import delivery
from gslb.app.delivery import DeliveryError, deliver
from gslb.model import Recipient, Secret
from gslb.probe import Fence
from kit.backends import backend, says
from kit.sink import sink

SAID = {"text": "eu-west DOWN 02:14:07Z (3/3 vantages: connect timeout)", "occasion": "failover", "names": ["www."]}
FENCE = Fence()


async def test_a_webhook_is_sent_json_with_a_text(tmp_path):
    async with sink() as taken:
        (tmp_path / "url").write_text(taken.url + "\n")
        await deliver(Recipient("hook", url=taken.url), SAID, FENCE)
        await deliver(Recipient("kept", secret=Secret("file", str(tmp_path / "url"))), SAID, FENCE)

        assert [await taken.got.get(), await taken.got.get()] == [SAID, SAID]
        assert {headers["Content-Type"] for headers in taken.headers} == {"application/json"}


async def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to():
    async with sink() as taken:
        await deliver(Recipient("hook", url=taken.url.replace("127.0.0.1", "localhost")), SAID, FENCE)
        assert await taken.got.get() == SAID
        kept_out = Fence(forbid=(ip_network("127.0.0.0/8"), ip_network("::1/128")))
        for url in (taken.url, taken.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(DeliveryError, match="is forbidden"):
                await deliver(Recipient("hook", url=url), SAID, kept_out)
        assert len(taken.paths) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_what_is_not_taken_is_told_and_no_redirect_is_followed(status):
    async with sink() as taken:
        taken.answers = [status]
        with pytest.raises(DeliveryError, match=f"^{status} "):
            await deliver(Recipient("hook", url=taken.url), SAID, FENCE)
        assert taken.paths == ["/hook"]


async def test_one_that_does_not_answer_is_given_up_after_a_time(monkeypatch):
    monkeypatch.setattr(delivery, "TIME", 0.1)
    async with backend(says(b"", after=asyncio.Event())) as port:
        with pytest.raises(DeliveryError, match=r"no end within 0\.1 s"):
            await deliver(Recipient("hook", url=f"http://127.0.0.1:{port}/"), SAID, FENCE)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "empty"), ("hunter2", "no URL"), ("ftp://192.0.2.1/", "no URL"), ("http://[", "no URL")],
)
async def test_a_secret_that_is_no_url_is_told_without_a_word_of_it(tmp_path, text, why):
    (tmp_path / "url").write_text(text)

    with pytest.raises(DeliveryError, match=why) as refused:
        await deliver(Recipient("kept", secret=Secret("file", str(tmp_path / "url"))), SAID, FENCE)
    assert "hunter2" not in str(refused.value)


async def test_what_goes_wrong_on_the_way_never_tells_the_url():
    with pytest.raises(DeliveryError) as refused:
        await deliver(Recipient("hook", url="http://127.0.0.1:9/T00/secret"), SAID, FENCE)
    assert "secret" not in str(refused.value)


async def test_a_program_gets_it_on_its_input_without_a_shell(tmp_path):
    script = tmp_path / "page"
    script.write_text(f'#!/bin/sh\ncat > {tmp_path}/said\necho "$1" > {tmp_path}/word\nenv > {tmp_path}/env\n')
    script.chmod(0o700)
    command = (str(script), "$HOME; rm -rf /nowhere")
    await deliver(Recipient("page", command=command), SAID, FENCE, programs=True)

    assert json.loads((tmp_path / "said").read_text()) == SAID
    assert (tmp_path / "word").read_text() == "$HOME; rm -rf /nowhere\n"
    assert "PYTHONPATH" not in (tmp_path / "env").read_text()


async def test_a_program_that_fails_hangs_or_may_not_run_is_told(tmp_path, monkeypatch):
    with pytest.raises(DeliveryError, match="exit 1"):
        await deliver(Recipient("page", command=("/bin/false",)), SAID, FENCE, programs=True)
    with pytest.raises(DeliveryError, match="cannot start /nowhere/page"):
        await deliver(Recipient("page", command=("/nowhere/page",)), SAID, FENCE, programs=True)
    with pytest.raises(DeliveryError, match="programs are not started"):
        await deliver(Recipient("page", command=("/bin/true",)), SAID, FENCE)
    monkeypatch.setattr(delivery, "TIME", 0.2)
    with pytest.raises(DeliveryError, match=r"no end within 0\.2 s"):
        await deliver(Recipient("page", command=("/bin/sleep", "60")), SAID, FENCE, programs=True)
