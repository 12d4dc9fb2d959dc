from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.probe.signature import (
    EPOCH,
    SEQUENCE,
    SIGNATURE,
    VANTAGE,
    Order,
    Request,
    genuine,
    headers,
    request_from,
    same,
    sign,
    sign_reply,
)

TOKEN, OTHER = b"0123456789abcdef", b"fedcba9876543210"
REQUEST = Request("eu-west", "POST", "/v1/observations", "5e55", epoch=7, sequence=12, body=b'{"a":1}')


@pytest.mark.parametrize(
    "change",
    [
        {"vantage": "us-east"},
        {"method": "GET"},
        {"path": "/v1/checks"},
        {"session": "5e56"},
        {"session": ""},
        {"epoch": 8},
        {"epoch": 71, "sequence": 2},
        {"sequence": 13},
        {"body": b'{"a":2}'},
        {"body": b""},
        {"path": "/v1/observations5e55", "session": ""},
    ],
    ids=str,
)
def test_a_request_changed_anywhere_is_not_genuine(change):
    signature = sign(REQUEST, TOKEN)
    assert genuine(REQUEST, REQUEST.body, signature, TOKEN)

    changed = replace(REQUEST, **change)

    assert not genuine(changed, changed.body, signature, TOKEN)


@pytest.mark.parametrize(
    "signature", ["", "00" * 32, "ü", sign(REQUEST, OTHER), sign(REQUEST, TOKEN).upper(), sign(REQUEST, TOKEN)[:-1]]
)
def test_another_signature_is_not_genuine(signature):
    assert not genuine(REQUEST, REQUEST.body, signature, TOKEN)


def test_a_reply_is_good_for_its_request_its_status_and_its_body_only():
    signature = sign_reply(REQUEST, 200, b"{}", TOKEN)

    assert signature != sign_reply(REQUEST, 409, b"{}", TOKEN)
    assert signature != sign_reply(REQUEST, 200, b"[]", TOKEN)
    assert signature != sign_reply(replace(REQUEST, sequence=13), 200, b"{}", TOKEN)
    assert signature != sign_reply(REQUEST, 200, b"{}", OTHER)
    assert signature != sign(REQUEST, TOKEN)


@given(
    st.builds(
        Request,
        st.text(min_size=1),
        st.sampled_from(["GET", "POST"]),
        st.sampled_from(["/v1/checks", "/v1/observations"]),
        st.text("0123456789abcdef"),
        st.integers(0, 2**63 - 1),
        st.integers(0, 2**63 - 1),
        st.binary(),
    )
)
def test_what_is_put_into_headers_is_read_out_of_them_and_is_genuine(request):
    carried = headers(request, TOKEN)

    assert all(value.isascii() and value.isprintable() for value in carried.values())
    found = request_from(request.method, request.path, carried)
    assert found == replace(request, body=b"")
    assert genuine(found, request.body, carried[SIGNATURE], TOKEN)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (EPOCH, None),
        (EPOCH, "soon"),
        (EPOCH, "-1"),
        (EPOCH, str(2**63)),
        (SEQUENCE, "1.5"),
        (SEQUENCE, "9" * 5_000),
        (VANTAGE, None),
        (VANTAGE, "%ff"),
    ],
)
def test_headers_that_are_no_vantages_are_not_read(header, value):
    carried = headers(REQUEST, TOKEN)
    del carried[header]
    if value is not None:
        carried[header] = value

    assert request_from("POST", "/v1/observations", carried) is None


def test_a_request_counts_once_and_never_after_a_later_one():
    order = Order()
    assert order.epoch("eu-west") == -1

    told = [
        order.advance(replace(REQUEST, epoch=e, sequence=s))
        for e, s in [(7, 1), (7, 1), (7, 3), (7, 2), (8, 1), (7, 9)]
    ]

    assert told == [True, False, True, False, True, False]
    assert order.epoch("eu-west") == 8
    assert order.advance(replace(REQUEST, vantage="us-east", epoch=1, sequence=0))


def test_texts_are_the_same_or_not_whatever_is_in_them():
    assert same("abc", "abc")
    assert not same("abc", "ab\udce9")
