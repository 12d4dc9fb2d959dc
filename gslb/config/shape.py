"""What every part of a configuration file is made of - maps of known keys, words, lists - and their faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from gslb.config.compose import Block, Row, place
from gslb.config.scalars import Wrong
from gslb.model import Collector, Fault, Mark, Word, did_you_mean

T = TypeVar("T")
JsonSchema = dict[str, Any]

LATER = "not supported by this version"
FREE = "x-"  # keys that start so are the operator's own


@dataclass(slots=True)
class Finding:
    """What is found while one value is read; `spoiled` when it means another thing without what was left out."""

    faults: Collector
    spoiled: bool = False


class Shape(BaseModel):
    """A map whose keys are known.

    Faults of keys that are unknown, and of those it can do without (`spare`), are noted, and the rest is read, so that
    they hide nothing. Keys of the language that this version does not cover (`later`) are refused by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    later: ClassVar[frozenset[str]] = frozenset()
    spare: ClassVar[frozenset[str]] = frozenset()

    _written: Block = PrivateAttr(default_factory=Block)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_written(cls, value: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(value, Block):
            raise Wrong("a map is expected here", "write key: value")
        finding: Finding = info.context  # type: ignore[assignment]  # `read` gives it
        known = cls.keys()
        unknown = [key for key in value if key not in known]
        for key in unknown:
            word = value.words[key]
            if key in cls.later:
                finding.spoiled = True
                finding.faults.add(f"{key}: {LATER}", word.mark)
            elif not key.startswith(FREE):
                hint = did_you_mean(key, known) or f"known: {', '.join(known)}"
                finding.faults.add(f"unknown key {key}", word.mark, hint)
        readable = value.without(*unknown) if unknown else value
        try:
            shape = handler(readable)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            wrong = {str(each["loc"][0]) for each in errors if each["loc"]}
            if not wrong or not wrong <= cls.spare:
                raise
            finding.faults.extend(_fault(each, readable, "") for each in errors)
            shape = handler(readable.without(*wrong))
        shape._written = value  # noqa: SLF001 - its own
        return shape

    @classmethod
    @cache
    def keys(cls) -> tuple[str, ...]:
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def blank(cls) -> Self:
        """The shape of a map with nothing in it."""
        return cls.model_validate(Block(), context=Finding(Collector()))

    @property
    def mark(self) -> Mark | None:
        return self._written.mark

    def where(self, key: str) -> Mark | None:
        """Where the value under a key is written; where the map begins if it is not."""
        return self._written.mark_of(key)

    def key_mark(self, key: str) -> Mark | None:
        """Where a key that is written stands."""
        return self._written.words[key].mark

    def wrote(self, key: str) -> bool:
        return key in self._written


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """An annotation: a word that `parse` turns into a value, raising Wrong. `schema` is what editors are told."""

    parse: Callable[[str], object]
    schema: JsonSchema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        return dict(self.schema)

    def _read(self, value: object) -> object:
        if not isinstance(value, Word):
            raise Wrong("one word is expected here, no list or map")
        if not value:
            raise Wrong("nothing is written here")
        return self.parse(value)


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """An annotation: a list, or its only member without the brackets."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}

    def _listed(self, value: object) -> object:
        return value if isinstance(value, Row) else [value]


def form(value: object) -> str:
    """The tag of a value in unions of text, list and map."""
    return "<map>" if isinstance(value, Block) else "<list>" if isinstance(value, Row) else "<text>"


@dataclass(frozen=True, slots=True)
class Kinds:
    """A union of maps, told apart by which of the `keys` each has, and perhaps of text. `keys` give the tag of each."""

    what: str
    keys: Mapping[str, str]
    later: tuple[str, ...] = ()

    def tag(self, value: object) -> str:
        """For the union's Discriminator."""
        return next((tag for key, tag in self.keys.items() if isinstance(value, Block) and key in value), form(value))

    def check(self, value: object) -> object:
        """For a BeforeValidator round the union: the value, if it is no map or has just one of the keys."""
        if not isinstance(value, Block):
            return value
        for key in self.later:
            if key in value:
                raise Wrong(f"{key}: {LATER}", mark=value.words[key].mark)
        found = [key for key in value if key in self.keys]
        if len(found) > 1:
            word = value.words[found[1]]
            raise Wrong(f"a {self.what} is one thing, and here are {found[0]} and {found[1]}", mark=word.mark)
        if not found:
            near = (did_you_mean(key, self.keys) for key in value)
            hint = next(filter(None, near), f"write one of {', '.join(self.keys)}")
            raise Wrong(f"it does not say what {self.what} this is", hint)
        return value


def read(adapter: TypeAdapter[T], value: object, faults: Collector, key: str = "") -> T | None:
    """The value under a key in its shape, as far as it means what was written; else None. Faults are noted."""
    finding = Finding(faults)
    try:
        shape = adapter.validate_python(value, context=finding)
    except ValidationError as error:
        faults.extend(_fault(each, value, key) for each in error.errors(include_url=False))
        return None
    return None if finding.spoiled else shape


_WORDS = {
    "dict_type": ("a map is expected here", "write key: value"),
    "list_type": ("a list is expected here", "write [one, two]"),
    "tuple_type": ("a list is expected here", "write [one, two]"),
    "union_tag_invalid": ("this form is not known here", ""),
    "too_short": ("nothing is listed here", ""),
}


def _fault(error: ErrorDetails, root: object, root_key: str) -> Fault:
    value, key, mark = _follow(error["loc"], root, root_key)
    reason = error.get("ctx", {}).get("error")
    if isinstance(reason, Wrong) and reason.mark:
        return Fault(reason.message, reason.mark, reason.hint)
    if isinstance(reason, Wrong):
        message, hint = reason.message, reason.hint
    elif error["type"] == "missing":
        return Fault(f"{error['loc'][-1]}: is missing", mark)
    else:
        message, hint = _WORDS.get(error["type"], (error["msg"], ""))
    if value == "":
        message, hint = "nothing is written here", ""
    return Fault(f"{key}: {message}" if key else message, mark, hint)


def _follow(steps: Iterable[int | str], root: object, root_key: str) -> tuple[object, str, Mark | None]:
    """What stands at the end of pydantic's path into a value, under which key, and where; it has tags of unions too."""
    value, key, mark = root, Word(root_key), place(root)
    for step in steps:
        if step == "[key]":
            return key, "", key.mark
        if isinstance(value, Block) and step in value:
            key, value = value.words[str(step)], value[str(step)]
        elif isinstance(value, Row) and isinstance(step, int):
            value = value[step]
        mark = place(value) or mark
    return value, key, mark
