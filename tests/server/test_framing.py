"""Messages on a stream, in whatever pieces they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.server.framing import HEADER, LONGEST, Framing, Garbage, frame

messages = st.lists(st.binary(min_size=HEADER, max_size=300), max_size=8)


@given(messages, st.lists(st.integers(1, 50), min_size=1))
def test_messages_come_out_whole_however_the_stream_is_cut(sent, cuts):
    stream = b"".join(map(frame, sent))
    framing, received, at, turn = Framing(), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        framing.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
        while (message := framing.next()) is not None:
            received.append(message)

    assert received == sent


def test_nothing_comes_out_before_the_last_octet_is_in():
    framing = Framing()
    for octet in frame(b"x" * HEADER)[:-1]:
        framing.feed(bytes([octet]))
        assert framing.next() is None

    framing.feed(b"x")

    assert framing.next() == b"x" * HEADER


@pytest.mark.parametrize("length", [0, 1, HEADER - 1, 513, LONGEST])
def test_a_length_out_of_bounds_is_garbage_before_the_message_came(length):
    framing = Framing(longest=512)
    framing.feed(length.to_bytes(2))

    with pytest.raises(Garbage, match=f"a message of {length} octets"):
        framing.next()


@pytest.mark.parametrize("length", [HEADER, 512])
def test_a_length_at_its_bound_is_fine(length):
    framing = Framing(longest=512)
    framing.feed(frame(b"x" * length))

    assert framing.next() == b"x" * length


def test_an_answer_too_long_for_its_length_cannot_be_framed():
    assert frame(b"x" * LONGEST)[:2] == b"\xff\xff"
    with pytest.raises(OverflowError):
        frame(b"x" * (LONGEST + 1))
