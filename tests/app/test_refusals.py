"""What is wrong with a request is answered as JSON, and every field says what it has to be."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gslb.app.refusals import Asked, refused


@pytest.mark.parametrize(
    ("method", "value", "found"),
    [
        ("text", "web", "web"),
        ("note", "", ""),
        ("note", None, ""),
        ("note", "why", "why"),
        ("flag", None, False),
        ("flag", False, False),
        ("flag", True, True),
        ("seconds", None, None),
        ("seconds", 1, 1),
        ("seconds", 0.5, 0.5),
        ("amount", None, None),
        ("amount", 2.5, 2.5),
        ("texts", None, ()),
        ("texts", ["a", "b"], ("a", "b")),
    ],
)
def test_a_field_that_is_what_it_should_be_is_taken(method, value, found):
    assert getattr(Asked({"field": value}), method)("field") == found


@pytest.mark.parametrize(("method", "found"), [("note", ""), ("flag", False), ("seconds", None)])
def test_what_may_be_left_out_has_a_value_anyway(method, found):
    assert getattr(Asked({}), method)("field") == found


@pytest.mark.parametrize(
    ("method", "value", "said"),
    [
        ("amount", 0, "field has to be a number above zero"),
        ("amount", True, "field has to be a number above zero"),
        ("texts", "a", "field has to be a list of texts"),
        ("texts", ["a", 1], "field has to be a list of texts"),
        ("text", "", "field is missing"),
        ("text", None, "field is missing"),
        ("text", 7, "field has to be a text"),
        ("note", [], "field has to be a text"),
        ("flag", 1, "field has to be true or false"),
        ("flag", "yes", "field has to be true or false"),
        ("seconds", 0, "field has to be a number of seconds above zero"),
        ("seconds", -1.5, "field has to be a number of seconds above zero"),
        ("seconds", True, "field has to be a number of seconds above zero"),
        ("seconds", float("inf"), "field has to be a number of seconds above zero"),
        ("seconds", float("nan"), "field has to be a number of seconds above zero"),
        ("seconds", "60", "field has to be a number of seconds above zero"),
    ],
)
def test_a_field_that_is_not_is_refused_in_words(method, value, said):
    with pytest.raises(web.HTTPBadRequest) as told:
        getattr(Asked({"field": value}), method)("field")

    assert json.loads(told.value.text) == {"error": said}


def test_a_text_that_is_absent_is_missing():
    with pytest.raises(web.HTTPBadRequest, match="Bad Request") as told:
        Asked({}).text("path")

    assert json.loads(told.value.text) == {"error": "path is missing"}


@pytest.mark.parametrize("kind", [web.HTTPBadRequest, web.HTTPConflict, web.HTTPServiceUnavailable])
def test_a_refusal_is_json_under_the_status_it_was_given(kind):
    error = refused('no "such" pool', kind)

    assert (error.status, error.content_type) == (kind.status_code, "application/json")
    assert json.loads(error.text) == {"error": 'no "such" pool'}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"path": "web"}', 200, "web"),
        (b"{", 400, "the body is no JSON"),
        (b"", 400, "the body is no JSON"),
        (b'"\xff"', 400, "the body is no JSON"),
        (b"[]", 400, "the body has to be an object"),
        (b"null", 400, "the body has to be an object"),
    ],
)
async def test_a_body_has_to_be_an_object_of_json(body, status, said):
    async def handler(request: web.Request) -> web.Response:
        return web.json_response({"path": (await Asked.of(request)).text("path")})

    app = web.Application()
    app.add_routes([web.post("/", handler)])
    async with TestClient(TestServer(app)) as client, client.post("/", data=body) as response:
        assert response.status == status
        (text,) = (await response.json()).values()
        assert text.startswith(said)
