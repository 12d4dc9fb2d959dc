"""The builder makes a snapshot of what is asked for, or says what is wrong with it and leaves everything as it was."""

import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from gslb.app import Folders, Spec, builder
from gslb.app.builder import main, make
from gslb.app.inputs import Inputs, program
from gslb.app.report import REFUSED, Report
from gslb.control import load
from gslb.geo import MeasuredRow, write_rows
from gslb.model import Faults
from gslb.policy import classify

WALL = 1e9
ZONE = "@ 1h SOA ns1 host 1 2 3 4 5\n@ 1h NS ns1\nns1 1h A 192.0.2.53\n"
BAD = "@ 1h SOA ns1 host 1 2 3 4 5\nns1 1h A 192.0.2.353\n"


@pytest.fixture
def zone(tmp_path) -> Path:
    path = tmp_path / "example.com.zone"
    path.write_text(ZONE)
    return path


@pytest.fixture
def folders(tmp_path, zone) -> Folders:
    folders = Folders(tmp_path / "state")
    folders.make()
    folders.spec.write_text(Spec(zones=(("example.com", str(zone)),), listen=("127.0.0.1:5300",)).to_json())
    return folders


def built(folders: Folders) -> Report:
    return make(folders, Spec.from_json(folders.spec.read_text()), WALL)


def test_what_is_built_can_be_loaded_by_its_digest(folders):
    report = built(folders)

    assert [zone.apex.to_text() for zone in load(folders.state, report.digest).world.zones] == ["example.com."]


def test_the_same_input_makes_the_same_digest_and_another_zone_another_one(folders, zone):
    first, again = built(folders), built(folders)
    zone.write_text(ZONE.replace("192.0.2.53", "192.0.2.54"))

    assert first.digest == again.digest != built(folders).digest


def test_changes_are_told_against_the_snapshot_in_use(folders):
    first = built(folders)
    unadopted = built(folders)
    folders.adopt(first.digest)

    assert first.changed == unadopted.changed != ()
    assert any("example.com." in change for change in first.changed)
    assert built(folders).changed == ()


def test_a_snapshot_in_use_that_cannot_be_read_counts_as_none(folders):
    first = built(folders)
    folders.adopt(first.digest)
    folders.snapshot(first.digest).write_bytes(b"not a snapshot")

    assert built(folders).changed == first.changed


def test_the_inputs_of_a_build_name_what_was_read_and_what_was_written(folders, zone):
    report = built(folders)
    inputs = Inputs.read(folders.inputs)

    assert inputs.snapshot == report.digest
    assert {str(zone), str(folders.snapshot(report.digest)), *map(str, folders.images.iterdir())} <= inputs.files.keys()


LARGE = ZONE + "".join(f"h{number} 1h A 192.0.2.{number % 250}\n" for number in range(1_100))


def layers(folders: Folders, digest: str) -> list[str]:
    return [Path(table.image).name for table in load(folders.state, digest).zones]


def adopted(folders: Folders) -> str:
    digest = built(folders).digest
    folders.adopt(digest)
    return digest


def test_an_edit_of_a_large_zone_is_a_layer_over_what_is_served(folders, zone):
    zone.write_text(LARGE)
    first = layers(folders, adopted(folders))
    zone.write_text(LARGE + "new 1h A 192.0.2.9\n")
    second = layers(folders, adopted(folders))

    assert (len(first), len(second)) == (1, 2)
    assert second[1] == first[0]
    assert layers(folders, built(folders).digest) == second


def test_what_another_release_built_is_no_base_for_layers(folders, zone, monkeypatch):
    zone.write_text(LARGE)
    adopted(folders)
    zone.write_text(LARGE + "new 1h A 192.0.2.9\n")
    (folders.state / "other.py").write_text("")
    monkeypatch.setattr(builder, "program", lambda: {*program(), str(folders.state / "other.py")})

    assert len(layers(folders, built(folders).digest)) == 1


def test_what_is_not_in_use_is_no_base_for_layers(folders, zone):
    zone.write_text(LARGE)
    adopted(folders)
    zone.write_text(LARGE + "never 1h A 192.0.2.9\n")
    built(folders)
    zone.write_text(LARGE + "new 1h A 192.0.2.9\n")

    assert len(layers(folders, built(folders).digest)) == 1


def test_wrong_input_changes_nothing(folders, zone):
    built(folders)
    before = {path: path.read_bytes() for path in folders.state.rglob("*") if path.is_file()}
    zone.write_text(BAD)

    with pytest.raises(Faults):
        built(folders)
    assert {path: path.read_bytes() for path in folders.state.rglob("*") if path.is_file()} == before


def test_faults_go_to_standard_error_with_their_place_and_a_status_of_their_own(folders, zone, capsys):
    zone.write_text(BAD)

    assert main(str(folders.state)) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{zone}:2" in said.err
    assert "192.0.2.353" in said.err


def test_the_process_says_its_report_on_standard_output(folders):
    command = [sys.executable, "-m", "gslb.app", "builder", str(folders.state)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert Report.from_json(done.stdout).digest == built(folders).digest


STEERED = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {{eu: {{at: FRA}}, us: {{at: IAD}}}}
clients: {{overlay: {folder}/places.csv}}
pools: {{web: {{endpoints: {{eu: 192.0.2.1, us: 192.0.2.2}}}}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {{www: {{latency: web}}}}
"""


@pytest.fixture
def steered(tmp_path) -> Folders:
    (tmp_path / "places.csv").write_text("prefix,country\n203.0.113.0/24,DE\n")
    (tmp_path / "gslb.yaml").write_text(STEERED.format(folder=tmp_path))
    folders = Folders(tmp_path / "state")
    folders.make()
    folders.spec.write_text(Spec(config=str(tmp_path / "gslb.yaml")).to_json())
    return folders


def test_published_round_trips_steer(steered):
    client, wide = ip_address("203.0.113.7"), built(steered)
    rows = [MeasuredRow(ip_network("203.0.113.0/24"), name, ms, 0.05, 99) for name, ms in (("eu", 90.0), ("us", 9.0))]
    steered.measured.write_text(write_rows(rows))
    measured = built(steered)

    def class_of(report: Report) -> tuple[object, ...]:
        world = load(steered.state, report.digest).world
        classes = world.classes["www.example.com."]
        found = classify(world.model.trees["www.example.com."], world.atlas.locate(client), world.sites)
        assert classes.find(client)[1] <= 24
        return found

    assert class_of(wide) != class_of(measured)
    assert str(steered.measured) in Inputs.read(steered.inputs).files


def test_a_damaged_file_of_round_trips_is_told_and_not_used(steered):
    steered.measured.write_text("203.0.113.0/24,eu,fast,0.1,9\n")
    report = built(steered)

    assert any("is not used: line 1" in warning for warning in report.warnings)
