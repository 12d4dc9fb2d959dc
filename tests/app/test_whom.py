"""Which clients get an answer is told as plain data, and what cannot be told is refused in words."""

import json

import pytest
from aiohttp import web

from gslb.app.refusals import Asked
from gslb.app.whom import PLACES, whom
from gslb.nameserver import View
from kit.worlds import all_up, large


@pytest.fixture(scope="module")
def view():
    return View(large(), all_up(large()))


def test_each_path_is_told_with_its_places(view):
    told = whom(Asked({"name": "geo", "answer": "192.0.2.2"}), view)

    assert (told["name"], told["type"], told["generation"]) == ("geo.example.com.", "A", 1)
    us = next(one for one in told["paths"] if one["places"][0]["place"] == "US")
    assert us["share"] == 1.0
    assert us["steps"][0]["chosen"] == "US"
    assert all(len(one["places"]) <= PLACES for one in told["paths"])
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("name", "answer", "rdtype"),
    [("www", "2001:db8:1::1", "AAAA"), ("www", "web/eu-west", "A"), ("name", "www.example.net", "A")],
)
def test_the_type_is_that_of_the_answer(view, name, answer, rdtype):
    told = whom(Asked({"name": name, "answer": answer}), view)

    assert told["type"] == rdtype
    assert told["paths"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "mail", "answer": "192.0.2.25"}, "no policy decides for mail.example.com"),
        ({"name": "a..b", "answer": "192.0.2.25"}, "is no name"),
        ({"name": "www", "answer": "192.0.2.25", "type": "QQ"}, "is no type"),
    ],
)
def test_what_cannot_be_told_is_refused(view, asked, said):
    with pytest.raises(web.HTTPBadRequest) as caught:
        whom(Asked(asked), view)

    assert said in caught.value.text
