"""Balancers: the pool each serves, and the tokens under which it reports."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from gslb.config.reading import Reading
from gslb.config.shape import Shape, form
from gslb.config.words import SecretWord, Text
from gslb.model import Balancer, Secret, Word

Tokens = Annotated[
    Annotated[SecretWord, Tag("<text>")]
    | Annotated[Annotated[dict[Text, SecretWord], Field(min_length=1)], Tag("<map>")],
    Discriminator(form),
]


class BalancerShape(Shape):
    """`token` is one for all who stand on the pool, or a map of one each."""

    later: ClassVar[frozenset[str]] = frozenset({"engine", "certificate", "timeouts", "routes"})

    serves: Text
    token: Tokens | None = None


def balancer(shape: BalancerShape, name: Word, _: Reading) -> Balancer:
    if isinstance(shape.token, dict):
        return Balancer(name, shape.serves, None, tuple(shape.token.items()), name.mark)
    token: Secret | None = shape.token
    return Balancer(name, shape.serves, token, (), name.mark)
