from ipaddress import ip_network

from gslb.geo.flattened import Border, Flattened, flatten
from gslb.geo.merged import merge
from gslb.geo.rules import write_rules


def flat(**networks: str) -> Flattened:
    return flatten(
        write_rules(networks={name: map(ip_network, text.split()) for name, text in networks.items()}), merge([])
    )


def named(layer_of: Flattened) -> dict[str, tuple[str, ...]]:
    layer = layer_of.v4
    return {
        f"{start >> 24}.{start >> 16 & 255}.{start >> 8 & 255}.{start & 255}": layer_of.locations[number].networks
        for start, number in zip(layer.main.starts, layer.main.values, strict=True)
    }


def test_main_is_what_each_24_is_for_a_client_of_that_length():
    assert named(flat(a="81.2.64.0/20", b="81.2.69.0/24 81.2.70.16/28")) == {
        "0.0.0.0": (),
        "81.2.64.0": ("a",),
        "81.2.69.0": ("b", "a"),
        "81.2.70.0": ("a",),
        "81.2.71.0": ("a",),  # a border around the block of the /28
        "81.2.80.0": (),
    }


def test_fine_ranges_are_what_whole_addresses_differ_in():
    found = flat(a="81.2.69.16/28")
    (fine,) = found.v4.fine

    assert (fine.start, fine.end) == (0x51024510, 0x5102451F)
    assert found.locations[fine.location].networks == ("a",)
    assert found.locations[fine.main].networks == ()
    assert found.v4.borders == (Border(0x51024500, 0x51024600, fine.location, fine.main),)
    assert found.v6.fine == found.v6.borders == ()


def test_a_border_that_the_ranges_have_anyway_is_not_kept():
    assert flat(a="81.2.64.0/20").v4.borders == ()
    assert flat(a="81.2.64.0/20 81.2.96.0/20", b="81.2.70.0/24").v4.borders == ()


def test_halves_that_look_like_one_prefix_keep_their_border():
    found = flat(a="81.2.64.0/20 81.2.80.0/20")

    assert [border[:2] for border in found.v4.borders] == [(0x51024000, 0x51025000)]
    assert named(found) == {"0.0.0.0": (), "81.2.64.0": ("a",), "81.2.80.0": ("a",), "81.2.96.0": ()}


def test_a_border_at_the_end_of_the_space_is_no_start():
    found = flat(a="255.255.255.255/32")

    assert found.v4.borders[0].stop == 1 << 32
    assert found.v4.main.starts[-1] == (1 << 32) - 256


def test_locations_that_stand_in_no_range_come_last():
    found = flat(a="81.2.64.0/20", b="81.2.64.0/21 81.2.72.0/21")  # a alone is nowhere left

    assert {location.networks for location in found.locations[: found.reachable]} == {(), ("b", "a")}
    assert {location.networks for location in found.locations[found.reachable :]} == {("a",)}
