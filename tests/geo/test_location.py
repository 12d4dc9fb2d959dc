from dataclasses import replace

from gslb.geo import NOWHERE, Location


def test_where_a_location_is_known_from_makes_no_difference():
    assert Location(country="DE", source="overlay places.csv:4") == Location(country="DE", source="database x.mmdb")
    assert len({Location(source="a"), Location(source="b"), NOWHERE}) == 1


def test_everything_else_does():
    full = Location("europe", "DE", "DE-BE", (52.5, 13.4), 64500, ("office",), (("eu", 9.0),), "overlay places.csv:4")

    parts = [
        {"continent": None},
        {"country": None},
        {"subdivision": None},
        {"coordinates": None},
        {"asn": None},
        {"networks": ()},
        {"latency": ()},
    ]
    assert len({full, *(replace(full, **part) for part in parts)}) == 8
