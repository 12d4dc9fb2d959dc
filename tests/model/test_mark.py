"""Places, words that know them, and faults."""

import pickle

import pytest

from gslb.model import Collector, Fault, Faults, Mark, Word, mark_of, refuse

HERE, THERE = Mark("f", 2, 3), Mark("f", 10, 1)


def test_a_word_is_its_text_wherever_it_stands():
    assert Word("a", HERE) == Word("a", THERE) == "a"
    assert {Word("a", HERE): 1}["a"] == 1
    assert mark_of(Word("a", HERE)) == HERE
    assert mark_of("a") is None
    assert mark_of("a", HERE) == HERE
    assert mark_of(Word("a"), HERE) == HERE


def test_a_word_keeps_its_place_when_it_is_stored():
    stored = pickle.loads(pickle.dumps(Word("a", HERE)))

    assert (stored, stored.mark) == ("a", HERE)


def test_a_fault_tells_place_message_and_hint():
    assert str(Fault("bad", HERE, "write good")) == "f:2:3  bad (write good)"
    assert str(Fault("bad")) == "bad"


def test_faults_survive_being_sent_to_another_process():
    faults = pickle.loads(pickle.dumps(Faults(Fault("a", HERE), Fault("b"))))

    assert list(faults) == [Fault("a", HERE), Fault("b")]
    assert str(faults) == "f:2:3  a\nb"


def test_a_collector_tells_each_fault_once_in_the_order_of_the_text():
    collector = Collector()
    collector.add("nowhere")
    collector.add("later", THERE)
    collector.add("first", HERE, "h")
    collector.extend([Fault("later", THERE)])

    assert len(collector) == 3
    assert [fault.message for fault in collector.faults] == ["first", "later", "nowhere"]
    with pytest.raises(Faults, match="first"):
        collector.raise_any()


def test_no_faults_raise_nothing():
    Collector().raise_any()


def test_one_fault_is_refused_at_once():
    with pytest.raises(Faults, match=r"f:2:3  no \(yes\)"):
        refuse("no", HERE, "yes")
