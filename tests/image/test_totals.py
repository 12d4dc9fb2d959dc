"""Totals go on through everything that becomes of images: new ones, retired ones, the same content again, kill -9."""

from pathlib import Path

import pytest

from gslb.image import CounterLabel, Entry, Row, Rows, Totals, ZoneImage, open_counters, retire, totals, write_zone
from kit.tables import APEX, NXDOMAIN, A

LABELS = tuple(CounterLabel("example.com.", kind, "NOERROR") for kind in ("A", "AAAA", "TXT", "MX"))


@pytest.fixture
def run(tmp_path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def image(folder, number=0):
    """An image whose content depends on `number`."""
    path = write_zone(folder, APEX, [Entry(APEX, Rows({A: Row(number, 3)}, NXDOMAIN.other), NXDOMAIN)], LABELS)
    return ZoneImage(path)


def count(run, counted, slot=0, **more):
    counts = open_counters(run, counted.digest, slot, len(LABELS))
    for kind, times in more.items():
        counts[[label.rdtype for label in LABELS].index(kind)] += times


def told(run, *in_use):
    found: dict[str, int] = {}
    for labels, counts in Totals(run, run.parent).read(in_use):
        for label, times in zip(labels, counts, strict=False):
            found[label.rdtype] = found.get(label.rdtype, 0) + times
    return found


def test_what_an_image_in_use_has_never_counted_is_nought(tmp_path, run):
    assert told(run, image(tmp_path)) == {"A": 0, "AAAA": 0, "TXT": 0, "MX": 0}
    assert told(run) == {}


def test_totals_are_of_all_slots_and_of_images_that_are_used_no_more(tmp_path, run):
    old, new = image(tmp_path, 1), image(tmp_path, 2)
    count(run, old, A=3)
    count(run, old, slot=7, A=4, TXT=1)
    count(run, new, A=10)

    assert told(run, new) == {"A": 17, "AAAA": 0, "TXT": 1, "MX": 0}


def test_a_retired_image_is_gone_and_its_counts_are_not(tmp_path, run):
    old, new = image(tmp_path, 1), image(tmp_path, 2)
    count(run, old, A=3, MX=2)
    count(run, new, A=10)
    reader = Totals(run, tmp_path)
    reader.read([new])
    retire(run, [Path(old.path)])

    assert not Path(old.path).exists()
    assert [path.name for path in run.glob("counters-*")] == [f"counters-{new.digest}-0"]
    assert told(run, new) == {"A": 13, "AAAA": 0, "TXT": 0, "MX": 2}
    assert sum(sum(counts) for _, counts in reader.read([new])) == 15, "one that has read before tells the same"


def test_the_same_content_may_come_again(tmp_path, run):
    for _ in range(3):
        again = image(tmp_path, 1)
        count(run, again, A=5)
        retire(run, [Path(again.path)])

    assert told(run) == {"A": 15}


class KilledError(Exception):
    pass


@pytest.mark.parametrize("step", range(8))
def test_retiring_may_be_killed_at_any_step(tmp_path, run, monkeypatch, step):
    """Whatever was done by then, nothing is counted twice or lost, then and after the next that retires."""
    one, two = image(tmp_path, 1), image(tmp_path, 2)
    count(run, one, A=3)
    count(run, two, A=4)
    left = step

    def dying(function):
        def step_or_die(*arguments, **options):
            nonlocal left
            if not left:
                raise KilledError
            left -= 1
            return function(*arguments, **options)

        return step_or_die

    for name in ("replace", "unlink"):
        monkeypatch.setattr(Path, name, dying(getattr(Path, name)))
    try:
        retire(run, [Path(one.path), Path(two.path)])
    except KilledError:
        assert step < 6
    monkeypatch.undo()

    assert told(run) == {"A": 7} | ({} if (run / totals.RETIRED).exists() else {"AAAA": 0, "TXT": 0, "MX": 0})
    retire(run, [path for path in (Path(one.path), Path(two.path)) if path.exists()])
    assert told(run) == {"A": 7}
    count(run, image(tmp_path, 1), A=1)
    assert told(run) == {"A": 8, "AAAA": 0, "TXT": 0, "MX": 0}


def test_images_that_counted_nothing_leave_no_trace(tmp_path, run):
    idle = image(tmp_path)
    open_counters(run, idle.digest, 0, 4)
    retire(run, [Path(idle.path)])

    assert list(run.glob("counters-*")) == []
    assert told(run) == {}


def test_counters_whose_labels_are_lost_are_left_out(tmp_path, run):
    lost, new = image(tmp_path, 1), image(tmp_path, 2)
    count(run, lost, A=3)
    Path(lost.path).unlink()
    count(run, new, A=1)

    assert told(run, new)["A"] == 1


def test_a_file_of_retired_that_says_nothing_is_as_good_as_none(tmp_path, run):
    count(run, image(tmp_path), A=3)
    (run / totals.RETIRED).write_text("{")

    assert told(run)["A"] == 3


def test_an_image_that_is_retired_while_totals_are_read_counts_once(tmp_path, run, monkeypatch):
    old, new = image(tmp_path, 1), image(tmp_path, 2)
    count(run, old, A=3)
    count(run, new, A=4)
    look = totals._counts
    late = []

    def counts(folder):
        if not late:
            late.append(old)
            retire(run, [Path(old.path)])
        return look(folder)

    monkeypatch.setattr(totals, "_counts", counts)

    assert told(run, new)["A"] == 7
