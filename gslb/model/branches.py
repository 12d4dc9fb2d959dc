"""What the keys of `geo:` and `network:` mean: places, prefixes, named networks, AS numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_interface, ip_network

from gslb.model.mark import Collector, mark_of
from gslb.model.model import Broken, Model
from gslb.model.nouns import Network
from gslb.model.places import BUILT_IN, hint_for, is_place
from gslb.model.suggest import did_you_mean

DEFAULT = "default"


def check_places(keys: Iterable[str], model: Model, broken: Broken, faults: Collector) -> None:
    """Every key of a geo node is a place, or the name of a set of them."""
    for key in keys:
        known = key == DEFAULT or is_place(key) or key in BUILT_IN or key in model.places
        if not known and ("places", key) not in broken:
            faults.add(f"unknown place {key}", mark_of(key), hint_for(key, model.places))


def place_sets(keys: Iterable[str], model: Model) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The place sets among the keys of a geo node, each with its members."""
    own = {name: place.members for name, place in model.places.items()}
    return tuple((str(key), (BUILT_IN | own)[key]) for key in keys if key in BUILT_IN or key in own)


def check_networks(keys: Iterable[str], model: Model, broken: Broken, faults: Collector) -> None:
    """Every key of a network node is a prefix, an AS number or the name of a set of them; no two hold the same one."""
    holder: dict[Network | int, str] = {}
    for key in keys:
        try:
            members = network_members(key, model)
        except ValueError as error:
            if ("networks", key) not in broken:
                hint = did_you_mean(key, model.networks) or str(error)
                faults.add(f"unknown network {key}", mark_of(key), hint)
            continue
        for member in members:
            if holder.setdefault(member, key) is not key:
                faults.add(f"{shown(member)} stands under {holder[member]} and under {key}", mark_of(key))


def network_members(key: str, model: Model) -> tuple[Network | int, ...]:
    """What a key of a network node holds ("default": nothing); ValueError says what to write instead."""
    if key == DEFAULT:
        return ()
    if key in model.networks:
        return (*model.networks[key].prefixes, *model.networks[key].asns)
    return (network_or_asn(key),)


def network_asns(keys: Iterable[str], model: Model) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The AS numbers of each key of a network node that is one or holds some."""
    members = ((str(key), network_members(key, model)) for key in keys)
    numbers = ((key, tuple(member for member in held if isinstance(member, int))) for key, held in members)
    return tuple((key, held) for key, held in numbers if held)


def canonical(key: str, model: Model) -> str | None:
    """A key of a network node in its usual form; None where it is unknown."""
    if key == DEFAULT or key in model.networks:
        return str(key)
    try:
        return shown(network_or_asn(key))
    except ValueError:
        return None


def shown(member: Network | int) -> str:
    return f"AS{member}" if isinstance(member, int) else str(member)


def network_or_asn(text: str) -> Network | int:
    """A prefix or an AS number; ValueError says what to write instead."""
    if found := re.fullmatch(r"AS([0-9]{1,10})", text):
        return int(found[1])
    try:
        if "/" in text:
            return ip_network(text)
        address = ip_address(text)
    except ValueError:
        try:
            right = ip_interface(text).network
        except ValueError:
            raise ValueError("write a prefix (192.0.2.0/24), AS64500, or a name under networks:") from None
        raise ValueError(f"write {right}: bits are set after the prefix") from None
    raise ValueError(f"write {address}/{address.max_prefixlen}")
