"""All that is wrong at once: in a configuration, and in the files that it names as far as it could be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gslb.config import survey
from gslb.model import Collector, Fault, Faults, Model, Section, mark_of, refuse

if TYPE_CHECKING:  # a supervisor reads a model and none of the files it names
    from gslb.control import Assembled

Read = Callable[[str], str]


def settled(path: str, read: Read, look_up: Callable[[str], Iterable[str]]) -> Model:
    """The model that a configuration describes. Raises Faults: its own, and with them those of all that it names."""
    source, faults = survey(path, read, look_up)
    if faults:
        raise Faults(*faults, *faults_beyond(source.model, read))
    return source.model


def faults_beyond(model: Model, read: Read) -> tuple[Fault, ...]:
    """What is wrong with all that a model names, which could itself not be read whole."""
    whole = {name: steered for name, steered in model.steered.items() if name in model.trees}
    try:
        assembled(replace(model, steered=Section(whole)), read)
    except Faults as faults:
        return faults.faults
    return ()


def assembled(model: Model, read: Read) -> Assembled:
    """The world of a model, with everything it names read and checked. Raises Faults."""
    from gslb.control import assemble

    faults = Collector()
    try:
        _check_public_resolvers(model, read)
    except Faults as found:
        faults.extend(found)
    try:
        made = assemble(model, read, time.time())
    except Faults as found:
        raise Faults(*faults.faults, *found) from None
    faults.raise_any()
    return made


def _check_public_resolvers(model: Model, read: Read) -> None:
    """The list of public resolvers can be read. Raises Faults."""
    from gslb.geo import Resolvers

    path = model.clients.public_resolvers
    if path is None:
        return
    try:
        text = read(path)
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8'}", mark_of(path))
    Resolvers.read(text, path)
