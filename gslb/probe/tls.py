"""The tls probe: shake hands, check the certificate for the monitor's name, and see how long it still lasts."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import UTC

from cryptography import x509

from gslb.probe.dial import streams
from gslb.probe.result import LOOKED_AT, Progress, Result, bad, good, refused
from gslb.probe.target import Target

DAY = 86_400.0


class Handshakes:
    """Makes the handshakes of all tls probes; `trust` verifies, `wall` is seconds since 1970."""

    def __init__(self, trust: ssl.SSLContext, blind: ssl.SSLContext, wall: Callable[[], float] = time.time) -> None:
        self._trust, self._blind, self._wall = trust, blind, wall

    async def probe(self, target: Target, address: str, progress: Progress) -> Result:
        monitor = target.monitor
        context = self._trust if monitor.verify else self._blind
        progress.waiting_for = "handshake"
        try:
            name = monitor.host or target.host
            _, writer = await streams(address, target.port, LOOKED_AT, context, name)
        except ssl.SSLCertVerificationError as fault:
            return bad(f"certificate refused: {fault.verify_message}")
        except ssl.SSLError as fault:
            return bad(f"TLS: {fault.reason or fault}")
        except OSError as fault:
            return refused(progress, fault)
        try:
            found: ssl.SSLObject = writer.get_extra_info("ssl_object")
            left = _ends(found.getpeercert(binary_form=True)) - self._wall()
            return self._judged(target, left, found.version() or "TLS")
        finally:
            writer.transport.abort()

    @staticmethod
    def _judged(target: Target, left: float, version: str) -> Result:
        said = f"{version}, certificate ends in {_days(left)}" if left > 0 else f"certificate ended {_days(-left)} ago"
        if left > target.monitor.expires_in:
            return good(said)
        return good(f"warning: {said}") if target.monitor.warns and left > 0 else bad(said)


def _ends(certificate: bytes | None) -> float:
    """When a certificate (DER) ends, seconds since 1970."""
    return x509.load_der_x509_certificate(certificate or b"").not_valid_after_utc.astimezone(UTC).timestamp()


def _days(seconds: float) -> str:
    return f"{seconds / DAY:.0f} days" if seconds >= 2 * DAY else f"{seconds / 3_600:.0f} h"
