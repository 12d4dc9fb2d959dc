"""Where clients are that somebody names in words: a prefix, an address, a country, a network, everybody."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from gslb.geo import NOWHERE, Location, countries
from gslb.model import CONTINENTS, is_country, is_subdivision
from gslb.nameserver import World

EVERYBODY = "*"
CUT = {4: 24, 6: 56}  # bits that are looked at of a client's prefix


def whereabouts(clients: str, world: World) -> Location:
    """The location of these clients, as an answer would see it.

    `clients` is "203.0.113.0/24", an address (a resolver's own), "DE", "US-CA", "europe", a name under `networks:`, or
    "*" for clients nothing is known of. ValueError: it is none of these.
    """
    if clients in ("", EVERYBODY):
        return NOWHERE
    if is_country(clients) or is_subdivision(clients):
        country = clients[:2]
        known = countries()[country]
        return Location(known.continent, country, clients if clients != country else None, known.coordinates)
    if clients in CONTINENTS:
        return Location(continent=clients)
    if clients in world.model.networks:
        return _network(clients, world)
    try:
        if "/" not in clients:
            return world.atlas.locate(ip_address(clients))
        prefix = ip_network(clients, strict=False)
    except ValueError:
        words = "write a prefix, an address, a country (DE), a continent (europe), a name under networks: or *"
        raise ValueError(f"{clients} is no place of clients; {words}") from None
    if prefix.prefixlen > CUT[prefix.version]:
        prefix = prefix.supernet(new_prefix=CUT[prefix.version])
    return world.atlas.locate(prefix.network_address, prefix.prefixlen)


def _network(name: str, world: World) -> Location:
    """Clients in the first prefix of a named network, or in its first AS."""
    network = world.model.networks[name]
    for prefix in network.prefixes:
        return world.atlas.locate(prefix.network_address, prefix.prefixlen)
    return Location(asn=network.asns[0], networks=(name,))
