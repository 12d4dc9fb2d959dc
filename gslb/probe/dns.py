"""The dns probe: ask the endpoint a question over UDP, over TCP where the answer does not fit, and read the answer."""

from __future__ import annotations

import asyncio

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from gslb.probe.result import Progress, Result, bad, good, refused
from gslb.probe.target import Target


async def probe(target: Target, address: str, progress: Progress) -> Result:
    """Well: NOERROR with at least one record of the type, one of which is `expect` where that is written."""
    monitor = target.monitor
    loop = asyncio.get_running_loop()
    query = dns.message.make_query(monitor.path.lstrip("/"), monitor.rdtype, use_edns=0)
    query.flags &= ~dns.flags.RD  # an authority is asked; what it would find elsewhere says nothing about it
    if monitor.recursive:
        query.flags |= dns.flags.RD
    progress.waiting_for = "answer"
    started = loop.time()
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(query, address, port=target.port, ignore_unexpected=True)
    except OSError as fault:
        return refused(progress, fault)
    except (dns.exception.DNSException, EOFError, ValueError) as fault:
        return bad(f"not DNS: {str(fault) or type(fault).__name__}")
    took = f"in {1000 * (loop.time() - started):.0f} ms"
    if answer.rcode() != dns.rcode.NOERROR:
        return bad(dns.rcode.to_text(answer.rcode()))
    wanted = dns.rdatatype.from_text(monitor.rdtype)
    records = [rdata.to_text() for rrset in answer.answer if rrset.rdtype == wanted for rdata in rrset]
    if not records:
        return bad(f"NOERROR, but no {monitor.rdtype} for {monitor.path.lstrip('/')}")
    if monitor.expect is not None and monitor.expect not in records:
        return bad(f"{monitor.rdtype} {records[0]}, not {monitor.expect}")
    return good(f"{monitor.rdtype} {monitor.expect or records[0]} {took}")
