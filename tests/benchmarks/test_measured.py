import json

from hypothesis import given
from hypothesis import strategies as st
from measured import Key, Results, machine

WORDS = st.text(min_size=1, max_size=8)
FIGURES = st.dictionaries(
    st.builds(Key, WORDS, WORDS, WORDS),
    st.lists(st.integers(-(10**9), 10**9).map(float), min_size=1, max_size=4),
    max_size=4,
)


def test_the_middle_of_the_runs_counts_and_the_largest_where_the_worst_is_asked():
    results = Results()
    for rate in (5.0, 1.0, 3.0):
        results.add("gdnsd", "static", rate=rate)

    assert results.median("gdnsd", "static", "rate") == 3.0
    assert results.worst("gdnsd", "static", "rate") == 5.0


def test_what_was_not_measured_has_no_figure():
    results = Results()
    results.add("gdnsd", "static", rate=0.0)

    assert results.median("nsd", "static", "rate") is None
    assert results.worst("nsd", "static", "rate") is None
    assert results.ratio(Key("nsd", "static", "rate"), Key("gdnsd", "static", "rate")) is None


def test_nothing_is_divided_by_nothing():
    results = Results()
    results.add("ours", "static", rate=10.0)
    results.add("gdnsd", "static", rate=0.0)

    assert results.ratio(Key("ours", "static", "rate"), Key("gdnsd", "static", "rate")) is None


def test_a_part_measured_again_takes_the_place_of_its_old_figures_and_leaves_the_others():
    old, new = Results(notes={"load": "broke off"}), Results()
    old.add("ours", "static", rate=1.0)
    old.add("ours", "reload", lost=0.0)
    new.add("ours", "static", rate=2.0)

    old.forget_note("load")
    old.replace(new)

    assert old.figures == {Key("ours", "static", "rate"): [2.0], Key("ours", "reload", "lost"): [0.0]}
    assert old.notes == {}


@given(FIGURES, st.dictionaries(WORDS, WORDS, max_size=3))
def test_a_file_gives_back_what_was_saved(tmp_path_factory, figures, notes):
    path = tmp_path_factory.mktemp("measured") / "deep" / "run.json"

    Results(figures, notes, notes, notes).save(path)

    assert json.loads(path.read_text())["notes"] == notes
    assert Results.load(path) == Results(figures, notes, notes, notes)


def test_no_file_is_no_figures(tmp_path):
    assert Results.load(tmp_path / "none.json") == Results()


def test_a_machine_is_named_fit_for_a_file():
    assert set(machine()) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert machine().endswith("cores")
