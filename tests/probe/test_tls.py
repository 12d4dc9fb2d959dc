"""The tls probe: certificates that are good, about to end, ended, for another name, by a stranger; and no TLS."""

import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober
from kit.backends import Authority, backend, target

AUTHORITY = Authority()
DAY = 86_400.0


async def waits(reader, writer):
    await reader.read(-1)


async def garbage(reader, writer):
    writer.write(b"220 mail.example.com ESMTP\r\n" * 400)
    await reader.read(-1)


async def probed(handler=waits, tls=None, **changes):
    async with backend(handler, tls) as port, Prober(AUTHORITY.trust()) as probe:
        result = await probe(target(MonitorKind.TLS, port, **changes))
    return result.ok, result.reason


@pytest.mark.parametrize(
    ("server", "changes", "ok", "reason"),
    [
        ({"days": 30}, {}, True, "TLSv1.3, certificate ends in 30 days"),
        ({"days": 30}, {"expires_in": 14 * DAY}, True, "TLSv1.3, certificate ends in 30 days"),
        ({"days": 10}, {"expires_in": 14 * DAY}, False, "TLSv1.3, certificate ends in 10 days"),
        ({"days": 10}, {"expires_in": 14 * DAY, "warns": True}, True, "warning: TLSv1.3, certificate ends in 10 days"),
        ({"days": 1}, {}, True, "TLSv1.3, certificate ends in 24 h"),
        ({"days": -1}, {}, False, "certificate refused: certificate has expired"),
        ({"days": -1}, {"verify": False}, False, "certificate ended 24 h ago"),
        ({"days": -1}, {"verify": False, "warns": True}, False, "certificate ended 24 h ago"),
        ({"name": "www.example.net"}, {}, False, "certificate refused: Hostname mismatch"),
        ({"stranger": True}, {}, False, "certificate refused: unable to get local issuer certificate"),
        ({"stranger": True}, {"verify": False}, True, "TLSv1.3, certificate ends in 30 days"),
    ],
)
async def test_a_certificate_is_looked_at(server, changes, ok, reason):
    found, said = await probed(tls=AUTHORITY.server(**server), **changes)

    assert (found, said[: len(reason)]) == (ok, reason)


async def test_what_is_no_tls_is_down():
    found, said = await probed(garbage)

    assert (found, said.startswith("TLS: ")) == (False, True)


async def test_whoever_does_not_shake_hands_is_late():
    assert await probed(timeout=0.2) == (False, "handshake timed out after 0.2 s")
