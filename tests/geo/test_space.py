import pytest

from gslb.geo.space import V4, V6, Space


@pytest.mark.parametrize(("space", "shift"), [(V4, 0), (V6, 64)])
def test_a_block_is_256_numbers_in_both_families(space: Space, shift: int):
    assert space.block == 256
    assert space.shift == shift
    assert space.block << space.shift == 1 << (space.width - space.cap)


@pytest.mark.parametrize(
    ("space", "address", "bits", "masked"),
    [
        (V4, 0x51024599, 24, 0x51024500),
        (V4, 0x51024599, 32, 0x51024599),
        (V4, 0x51024599, 0, 0),
        (V6, 0x2A001450 << 96 | 1, 64, 0x2A001450 << 96),
    ],
)
def test_masking_keeps_the_upper_bits(space: Space, address: int, bits: int, masked: int):
    assert space.mask(address, bits) == masked
