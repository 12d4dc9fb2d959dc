"""Requests on local sockets: what is wrong with one is answered as JSON, `{"error": …}`, and never with a traceback."""

from __future__ import annotations

import json
from json import JSONDecodeError
from typing import Any

from aiohttp import web


class JudgeError(Exception):
    """The judge did not do what it was asked; the text says why."""


class Asked:
    """The body of a request: an object of JSON, of which every field says what it has to be."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    @staticmethod
    async def of(request: web.Request) -> Asked:
        """Raises a refusal where the body is no object."""
        try:
            fields = await request.json()
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise refused(f"the body is no JSON: {error}") from error
        if not isinstance(fields, dict):
            raise refused("the body has to be an object")
        return Asked(fields)

    def text(self, name: str) -> str:
        """A text that has to be there."""
        found = self.note(name)
        if not found:
            raise refused(f"{name} is missing")
        return found

    def note(self, name: str) -> str:
        """A text; "" where it is absent or null."""
        match self._fields.get(name):
            case None:
                return ""
            case str(found):
                return found
        raise refused(f"{name} has to be a text")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none where it is absent or null."""
        found = self._fields.get(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise refused(f"{name} has to be a list of texts")
        return tuple(found)

    def flag(self, name: str) -> bool:
        """True or false; false where it is absent or null."""
        match self._fields.get(name):
            case None:
                return False
            case bool(found):
                return found
        raise refused(f"{name} has to be true or false")

    def seconds(self, name: str) -> float | None:
        """A duration above zero; None where it is absent or null."""
        match self._fields.get(name):
            case None:
                return None
            case int(found) | float(found) if not isinstance(found, bool) and 0 < found < float("inf"):
                return found
        raise refused(f"{name} has to be a number of seconds above zero")

    def amount(self, name: str) -> float | None:
        """A number above zero; None where it is absent or null."""
        match self._fields.get(name):
            case None:
                return None
            case int(found) | float(found) if not isinstance(found, bool) and 0 < found < float("inf"):
                return found
        raise refused(f"{name} has to be a number above zero")

    def moment(self, name: str) -> float | None:
        """A wall-clock moment, seconds since 1970; None where it is absent or null."""
        match self._fields.get(name):
            case None:
                return None
            case int(found) | float(found) if not isinstance(found, bool) and 0 <= found < float("inf"):
                return found
        raise refused(f"{name} has to be seconds since 1970")

    def switches(self, name: str) -> dict[str, bool]:
        """An object of "on" and "off", with one of them at least."""
        found = self._fields.get(name)
        if not isinstance(found, dict) or not found or not all(each in ("on", "off") for each in found.values()):
            raise refused(f'{name} has to be an object of "on" and "off"')
        return {key: each == "on" for key, each in found.items()}

    def one_or_more(self, name: str) -> list[str]:
        """A list of texts; one text stands for a list of it."""
        found = self._fields.get(name)
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) and each for each in listed):
            raise refused(f"{name} is missing" if found in (None, "", []) else f"{name} has to be a text")
        return listed

    def length(self, name: str) -> float | None:
        """A duration, which may be none at all: 0; None where it is absent or null."""
        return 0.0 if self._fields.get(name) == 0 else self.seconds(name)

    def counts(self, name: str) -> dict[str, int]:
        """An object of whole numbers, 0 or more."""
        found = self._fields.get(name)
        if not isinstance(found, dict) or not all(type(each) is int and each >= 0 for each in found.values()):
            raise refused(f"{name} has to be an object of whole numbers")
        return found


def refused(error: str, status: type[web.HTTPError] = web.HTTPBadRequest) -> web.HTTPError:
    """To be raised: why a request is not carried out."""
    return status(text=json.dumps({"error": error}), content_type="application/json")
