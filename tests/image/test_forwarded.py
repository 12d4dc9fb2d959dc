"""A packet reaches the responder with everything its reply needs."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.image import Forwarded, pack_forwarded, unpack_forwarded

addresses = st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16)


@given(
    st.builds(
        Forwarded,
        socket=st.integers(0, 65_535),
        address=addresses,
        port=st.integers(0, 65_535),
        packet=st.binary(max_size=600),
        received_at=st.integers(0, 2**64 - 1),
        destination=st.just(b"") | addresses,
        scope_id=st.integers(0, 2**32 - 1),
    )
)
def test_what_is_packed_is_unpacked(forwarded):
    assert unpack_forwarded(pack_forwarded(forwarded)) == forwarded


def test_the_header_is_as_long_as_documented():
    assert len(pack_forwarded(Forwarded(1, bytes(4), 53, b"packet", 0))) == 56 + len(b"packet")
