"""Who is told of what: `notify:`, a webhook or a program each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from gslb.config.scalars import Wrong, one_of, secret
from gslb.config.shape import OneOrMany, Scalar, Shape
from gslb.config.words import Text
from gslb.model import Collector, Notify, Occasion, Recipient, Secret, Word


def place(text: str) -> str | Secret:
    """`https://…`, or where such a URL is kept: many a webhook's URL is all that it takes to post."""
    if not re.match(r"https?://", text):
        return secret(text)
    parts = urlsplit(text)
    try:
        sound = bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        sound = False
    if not sound:
        raise Wrong(f"{text} is no URL to post to", "write https://HOST/PATH")
    return str(text)


def occasion(text: str) -> Occasion:
    return Occasion(one_of(*(one.value for one in Occasion))(text))


Place = Annotated[str | Secret, Scalar(place, {"type": "string", "pattern": "^(https?://|file:|env:).+"})]
OccasionWord = Annotated[Occasion, Scalar(occasion, {"enum": [one.value for one in Occasion]})]


class RecipientShape(Shape):
    to: Place | None = None
    command: Annotated[list[Text], OneOrMany(), Field(min_length=1)] | None = None
    on: Annotated[list[OccasionWord], OneOrMany(), Field(min_length=1)] | None = None

    def noun(self, faults: Collector) -> Recipient | None:
        if (self.to is None) is (self.command is None):
            faults.add("to: or command: says who is told", self.mark, "write to: file:/etc/gslb/webhook.url")
            return None
        occasions = tuple(dict.fromkeys(self.on or Occasion))
        words: list[Word] = self.command or []
        if words and not words[0].startswith("/"):
            faults.add("a program is named by its whole path", words[0].mark, "write command: [/usr/local/bin/page]")
        match self.to:
            case None:
                return Recipient(words[0], occasions, command=tuple(map(str, words)), mark=self.mark)
            case Secret() as kept:
                return Recipient(f"{kept.source}:{kept.name}", occasions, secret=kept, mark=self.mark)
            case url:
                return Recipient(urlsplit(url).hostname or url, occasions, url=url, mark=self.mark)


NotifyShape = Annotated[list[RecipientShape], OneOrMany(), Field(min_length=1)]


def notify(written: Iterable[RecipientShape] | None, faults: Collector) -> Notify:
    """Everybody who is told; each is known by a name of its own."""
    found: list[Recipient] = []
    for shape in written or ():
        recipient = shape.noun(faults)
        if recipient is None:
            continue
        if any(recipient.name == other.name for other in found):
            faults.add(f"{recipient.name} is told already", recipient.mark, "write all occasions under one on:")
        found.append(recipient)
    return Notify(tuple(found))
