"""What `serve` was asked survives being written down, and becomes a model or faults in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.app import Spec
from gslb.app.spec import bare, find, read_text
from gslb.model import Faults

TEXTS = st.text(max_size=20)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)


@given(st.builds(Spec, st.none() | TEXTS, PAIRS, st.lists(TEXTS, max_size=3).map(tuple)))
def test_what_is_written_down_reads_back_the_same(spec):
    assert Spec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("zones", "listen", "said"),
    [
        ((("a..b", "x"),), ("127.0.0.1:5300",), ["'a..b' is no zone name"]),
        ((("example.com", "x"), ("example.com", "y")), ("127.0.0.1:5300",), ["a zone is given twice"]),
        ((("example.com", "x"),), ("localhost",), ["'localhost' is no address"]),
        ((("example.com", "x"),), (":53",), ["':53' is no address"]),
        ((("example.com", "x"),), ("127.0.0.1:65536",), ["'127.0.0.1:65536' is no address"]),
        ((("example.com", "x"),), ("127.0.0.1:dns",), ["'127.0.0.1:dns' is no address"]),
        ((("a..b", "x"),), ("localhost", "127.0.0.1:5300"), ["'a..b' is no zone name", "'localhost' is no address"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once_and_with_what_to_write(zones, listen, said):
    with pytest.raises(Faults) as told:
        bare(zones, listen)

    assert [fault.message for fault in told.value] == said
    assert all(fault.hint for fault in told.value)


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [("127.0.0.1:5300", "127.0.0.1", 5300), ("[::1]:53", "::1", 53), ("192.0.2.1:65535", "192.0.2.1", 65_535)],
)
def test_an_address_is_taken_as_written(written, host, port):
    (listener,) = bare((("example.com", "x"),), (written,)).listen.dns

    assert (listener.host, listener.port) == (host, port)


def test_zones_without_a_configuration_have_whole_names_in_lower_case():
    model = bare((("Example.COM", "a.zone"), ("example.net.", "b.zone")), ("127.0.0.1:5300",))

    assert {name: zone.file for name, zone in model.zones.items()} == {
        "example.com.": "a.zone",
        "example.net.": "b.zone",
    }


def test_a_configuration_is_read_with_what_its_patterns_stand_for():
    files = {
        "a.yaml": 'gslb: 1\ninclude: ["more/*"]\nlisten: 127.0.0.1:5300\n',
        "b.yaml": "regions: {eu: {at: FRA}}\n",
    }
    patterns = []

    def look_up(pattern):
        patterns.append(pattern)
        return ["b.yaml"]

    assert list(Spec("a.yaml").model(files.__getitem__, look_up).regions) == ["eu"]
    assert patterns == ["more/*"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("*.yaml", {"a.yaml", "b.yaml"}), ("[a]*", {"a.yaml"}), ("?.yaml", {"a.yaml", "b.yaml"}), ("*.zone", set())],
)
def test_a_pattern_stands_for_the_files_that_are_there(pattern, found, tmp_path):
    for name in ("a.yaml", "b.yaml", "c.txt"):
        (tmp_path / name).touch()

    assert set(find(f"{tmp_path}/{pattern}")) == {f"{tmp_path}/{name}" for name in found}


def test_a_path_stands_for_itself_there_or_not():
    assert list(find("not/there.yaml")) == ["not/there.yaml"]


def test_text_is_utf_8(tmp_path):
    (tmp_path / "text").write_bytes("Zürich".encode())

    assert read_text(str(tmp_path / "text")) == "Zürich"
