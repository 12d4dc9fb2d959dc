"""Lines take no more room than they are given, and what is read is whole."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.app.line_ring import PARTS, LineRing, files, read_lines


def test_lines_come_back_in_order_also_to_another_process(tmp_path):
    ring = LineRing(tmp_path / "ring", 10_000)
    ring.append(["one", "two"])
    LineRing(tmp_path / "ring", 10_000).append(["three"])

    assert list(read_lines(tmp_path / "ring")) == ["one", "two", "three"]


def test_without_room_nothing_is_written(tmp_path):
    LineRing(tmp_path / "ring", 0).append(["one"])

    assert list(read_lines(tmp_path / "ring")) == []
    assert not (tmp_path / "ring").exists()


@given(st.lists(st.integers(1, 40), max_size=120))
def test_the_room_is_kept_and_the_newest_lines_stay(tmp_path_factory, sizes):
    folder, room = tmp_path_factory.mktemp("ring"), 800
    ring = LineRing(folder, room)
    lines = [f"{number:03}{'x' * size}" for number, size in enumerate(sizes)]
    for line in lines:
        ring.append([line])

    kept = list(read_lines(folder))
    assert sum(path.stat().st_size for path in files(folder)) <= room
    assert kept == lines[len(lines) - len(kept) :]
    assert len(kept) == len(lines) or sum(len(line) + 1 for line in kept) > room - 2 * room // PARTS - 88


def test_a_smaller_room_lets_old_lines_go(tmp_path):
    ring = LineRing(tmp_path, 8_000)
    for number in range(80):
        ring.append([f"{number:099}"])
    ring.room = 1_000
    ring.append(["last"])

    assert sum(path.stat().st_size for path in files(tmp_path)) <= 1_100
    assert list(read_lines(tmp_path))[-1] == "last"


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path):
    LineRing(tmp_path, 1_000).append(["whole"])
    with files(tmp_path)[0].open("a") as file:
        file.write('{"half": ')

    assert list(read_lines(tmp_path)) == ["whole"]
