"""One request after the other to a node; what a vantage makes of it is tried in test_link.py."""

import aiohttp
import pytest

from gslb.probe.line import Line, LinkError
from kit.backends import backend, says
from kit.node import TOKEN, Node, serving


async def test_a_line_learns_the_session_of_its_node_and_goes_on_in_it():
    async with serving(Node()) as node, aiohttp.ClientSession() as http:
        node.ask_for()
        line = Line(node.url + "/", "eu", TOKEN, 7)

        assert await line.call(http, "GET", "/v1/checks")
        assert await line.call(http, "GET", "/v1/checks")
        with pytest.raises(LinkError, match="401 Unauthorized: unknown vantage or wrong token"):
            await Line(node.url, "eu", b"another-token-another", 8).call(http, "GET", "/v1/checks")


async def test_an_answer_without_our_signature_and_one_without_an_end_are_refused():
    async with aiohttp.ClientSession() as http:
        async with backend(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as port:
            with pytest.raises(LinkError, match="not under our token"):
                await Line(f"http://127.0.0.1:{port}", "eu", TOKEN, 7).call(http, "GET", "/v1/checks")
        async with backend(says(b"HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater")) as port:
            with pytest.raises(LinkError, match="503 Busy: later"):
                await Line(f"http://127.0.0.1:{port}", "eu", TOKEN, 7).call(http, "GET", "/v1/checks")
