"""A rehearsal builds beside what runs, and adopts nothing."""

import pytest

from gslb.app import Folders, Spec
from gslb.app.rehearsal import rehearse
from gslb.app.report import Report
from gslb.control import load
from gslb.model import Faults

ZONE = "@ 1h SOA ns1 host 1 2 3 4 5\n@ 1h NS ns1\nns1 1h A 192.0.2.53\n"


@pytest.fixture
def spec(tmp_path) -> Spec:
    path = tmp_path / "zone"
    path.write_text(ZONE)
    return Spec(zones=(("example.com", str(path)),), listen=("127.0.0.1:5300",))


@pytest.fixture
def folders(tmp_path) -> Folders:
    found = Folders(tmp_path / "state")
    found.make()
    return found


def test_its_report_names_a_snapshot_that_can_be_served_and_nothing_is_adopted(spec, folders, capsys):
    assert rehearse(spec, folders) == 0

    report = Report.from_json(capsys.readouterr().out)
    assert [zone.apex.to_text() for zone in load(folders.state, report.digest).world.zones] == ["example.com."]
    assert not folders.current.exists()


def test_where_all_is_as_it_was_nothing_is_built(spec, folders, capsys):
    rehearse(spec, folders)
    report = Report.from_json(capsys.readouterr().out)
    folders.adopt(report.digest)
    before = folders.inputs.stat().st_mtime_ns

    assert rehearse(spec, folders) == 0
    assert Report.from_json(capsys.readouterr().out).digest == report.digest
    assert folders.inputs.stat().st_mtime_ns == before


def test_what_is_wrong_is_told_whole(tmp_path, spec, folders):
    (tmp_path / "zone").write_text(ZONE.replace("192.0.2.53", "192.0.2.353") + "mail 1h MX x\n")

    with pytest.raises(Faults) as told:
        rehearse(spec, folders)
    assert len(told.value.faults) == 2
