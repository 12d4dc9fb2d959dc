"""Who is let in; what vantages and balancers say is tried in test_reports.py and test_balancer.py."""

from gslb.probe.admission import Admission
from gslb.probe.signature import Request, headers
from kit.node import TOKEN


class Asked:
    """A request as far as it is looked at before its body is read."""

    method, path = "POST", "/v1/balancer"

    def __init__(self, **carried):
        self.headers = carried


async def test_who_is_not_known_is_told_so_by_what_they_would_be():
    admission = Admission("balancer", 10)
    known = headers(Request("edge/eu", "POST", "/v1/balancer", "", 1, 1), TOKEN)

    for carried in ({}, known, {**known, "Gslb-Epoch": "-1"}, {**known, "Content-Encoding": "gzip"}):
        refused = await admission.admit(Asked(**carried))
        assert (refused.status, refused.text) == (401, "unknown balancer or wrong token\n")


def test_an_answer_is_signed_for_one_request():
    admission = Admission("balancer", 10)
    admission.adopt({"edge/eu": TOKEN})
    first = Request("edge/eu", "POST", "/v1/balancer", "", 1, 1)

    signed = [admission.reply(Request("edge/eu", "POST", "/v1/balancer", "", 1, n), 200, b"{}") for n in (1, 2)]

    assert signed[0].headers["Gslb-Signature"] == admission.reply(first, 200, b"{}").headers["Gslb-Signature"]
    assert signed[0].headers["Gslb-Signature"] != signed[1].headers["Gslb-Signature"]
