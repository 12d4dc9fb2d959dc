from hypothesis import given
from hypothesis import strategies as st

from gslb.geo.prefixes import Prefixes, nest

WIDTH = 8  # a space so small that every address can be tried


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    found = []
    for rule in range(draw(st.integers(0, 10))):
        length = draw(st.integers(0, WIDTH))
        found.append((draw(st.integers(0, 255)) >> (WIDTH - length) << (WIDTH - length), length, rule))
    return found


def numbered(written: list[tuple[int, int, int]]) -> tuple[Prefixes, list[tuple[int, ...]]]:
    """Prefixes whose states are the rules around a place, outermost first."""
    states: list[tuple[int, ...]] = [()]

    def enter(around: int, rules: tuple[int, ...]) -> int:
        states.append((*states[around], *rules))
        return len(states) - 1

    return nest(WIDTH, written, enter), states


def by_hand(written: list[tuple[int, int, int]], address: int, bits: int) -> tuple[int, ...]:
    holding = [
        (length, rule)
        for start, length, rule in written
        if length <= bits and start >> (WIDTH - length) == address >> (WIDTH - length)
    ]
    return tuple(rule for _, rule in sorted(holding))


@given(entries())
def test_a_match_is_the_longest_prefix_no_longer_than_asked(written: list[tuple[int, int, int]]):
    prefixes, states = numbered(written)

    for address in range(256):
        for bits in range(WIDTH + 1):
            assert states[prefixes.match(address, bits)] == by_hand(written, address, bits)


@given(entries(), st.integers(0, WIDTH))
def test_steps_say_what_a_match_says(written: list[tuple[int, int, int]], bits: int):
    prefixes, _ = numbered(written)
    steps = prefixes.steps(bits)

    assert steps.starts[0] == 0
    assert list(steps.starts) == sorted(set(steps.starts))
    assert [steps.at(address) for address in range(256)] == [prefixes.match(address, bits) for address in range(256)]


@given(entries())
def test_every_prefix_is_told_with_its_state_and_the_one_around(written: list[tuple[int, int, int]]):
    prefixes, states = numbered(written)

    assert {(start, length) for start, length, _, _ in prefixes} == {(start, length) for start, length, _ in written}
    for start, length, state, around in prefixes:
        assert states[state] == by_hand(written, start, length)
        assert states[around] == by_hand(written, start, length - 1)


def test_equal_changes_have_one_state():
    """Ten thousand prefixes of one network are one state, not ten thousand."""
    asked: list[tuple[int, tuple[int, ...]]] = []

    def enter(around: int, rules: tuple[int, ...]) -> int:
        asked.append((around, rules))
        return 1

    prefixes = nest(32, [(number << 8, 24, 0) for number in range(0, 20_000, 2)], enter)

    assert asked == [(0, (0,))]
    assert len(prefixes.keys) == 10_000
