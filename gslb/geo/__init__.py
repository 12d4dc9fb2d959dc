"""Who asks: ECS option or resolver address to location and scope."""

from gslb.geo.location import NOWHERE, Location

__all__ = ["NOWHERE", "Location"]
