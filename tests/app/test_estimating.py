"""Round trips in the control process: learned, kept over restarts, published only when they changed, told to people."""

from ipaddress import ip_address, ip_network

import pytest

from gslb.app.estimating import KEEP_EVERY, Estimating
from gslb.app.folders import Folders
from gslb.app.inputs import Inputs, signature
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.control import Journal
from gslb.geo import Location, Measured, Sample, SampleSource, read_rows
from gslb.model import Measuring
from gslb.nameserver import View
from kit.worlds import all_up, world

NOW = 1_000_000.0
HOME = ip_network("127.1.5.0/24")
USUAL = Measuring(publish=300.0)
TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
clients: {overlay: places.csv}
regions: {eu: {at: FRA}, us: {at: IAD}}
pools: {web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: {latency: web}}
"""


@pytest.fixture
def lines():
    return []


@pytest.fixture
def made(tmp_path, lines):
    """Makes the same node's estimating, as often as it is started."""
    folders, journal = Folders(tmp_path), Journal("control", write=lines.append)

    def make(wall: float = NOW) -> Estimating:
        return Estimating(folders, Keepsake(open_telemetry(folders, journal), "latency", journal), journal, wall)

    return make


@pytest.fixture(scope="module")
def view() -> View:
    found = world(TEXT)
    return View(found, all_up(found))


def seen(count: int = 20, *, eu: float = 90.0, us: float = 20.0, at: float = NOW, of=HOME) -> list[Sample]:
    pairs = (("eu", eu), ("us", us))
    return [Sample(region, of, value, SampleSource.APPLICATION, at) for region, value in pairs] * count


async def test_what_is_learned_is_published_once_it_is_time_and_again_only_if_it_changed(made, view, tmp_path):
    estimating, path = made(), Folders(tmp_path).measured

    assert not await estimating.turn(seen(), view, NOW)
    assert not path.exists()
    assert await estimating.turn([], view, NOW + 300)
    rows = {row.region: row for row in read_rows(path.read_text())}
    assert rows["eu"].milliseconds == pytest.approx(90, rel=0.05)
    assert str(rows["us"].match) == "127.1.5.0/24"
    assert not await estimating.turn([], view, NOW + 450)  # not before it is time
    estimating.pending = False
    written = signature(path)
    assert not await estimating.turn(seen(5, eu=91.0, at=NOW + 600), view, NOW + 600)
    assert signature(path) == written
    assert not await estimating.turn(seen(900, eu=20.0, us=90.0, at=NOW + 700), view, NOW + 700)  # too early
    assert await estimating.turn([], view, NOW + 900)


async def test_rows_that_no_reload_put_in_force_are_published_again(made, view):
    estimating = made()
    await estimating.turn(seen(), view, NOW)

    assert await estimating.turn([], view, NOW + 300)
    assert await estimating.turn([], view, NOW + 600)
    estimating.pending = False
    assert not await estimating.turn([], view, NOW + 900)


async def test_nothing_known_writes_nothing(made, view, tmp_path):
    assert not await made().turn([], view, NOW + 300)
    assert not Folders(tmp_path).measured.exists()


async def test_before_the_first_publication_nothing_happens(made):
    assert not await made().turn(seen(), None, NOW + 300)


async def test_it_all_comes_back_after_a_restart(made, view):
    first = made()
    await first.turn(seen(), view, NOW)
    await first.turn([], view, NOW + 300)
    await first.keep(NOW + 300, now=True)
    second = made(NOW + 301)

    assert second.entries == first.entries
    assert second.estimator.of_prefix(HOME, NOW + 301).keys() == {"eu", "us"}
    assert not await second.turn([], view, NOW + 601)


async def test_it_is_kept_now_and_then_and_only_if_there_is_something_new(made, view):
    first = made()
    await first.turn(seen(), view, NOW + KEEP_EVERY / 2)
    assert not made().figures().prefixes
    await first.turn([], view, NOW + KEEP_EVERY)
    assert made().figures().prefixes == 1


async def test_what_cannot_be_read_is_told_and_begun_anew(made, lines, tmp_path):
    folders, journal = Folders(tmp_path), Journal("control", write=lines.append)
    Keepsake(open_telemetry(folders, journal), "latency", journal).save(b"nonsense")

    assert made().figures().prefixes == 0
    assert any("estimates_forgotten" in line for line in lines)


async def test_edits_that_nobody_has_reloaded_hold_publication_up(made, view, lines, tmp_path):
    estimating, folders = made(), Folders(tmp_path)
    edited = tmp_path / "gslb.yaml"
    edited.write_text("gslb: 1\n")
    signed = signature(edited)
    assert signed is not None
    Inputs("", "", {str(edited): signed, str(folders.measured): (0, 0, 0)}, {}).write(folders.inputs)
    edited.write_text("gslb: 1\n# not yet\n")
    await estimating.turn(seen(), view, NOW)

    assert not await estimating.turn([], view, NOW + 300)
    assert not await estimating.turn([], view, NOW + 600)
    assert not folders.measured.exists()
    assert sum("nobody has reloaded" in line for line in lines) == 1
    Inputs("", "", {str(edited): signature(edited) or signed}, {}).write(folders.inputs)
    assert await estimating.turn([], view, NOW + 900)


async def test_where_the_file_cannot_be_written_it_is_told(made, view, lines, tmp_path):
    estimating = made()
    Folders(tmp_path).measured.mkdir()
    await estimating.turn(seen(), view, NOW)

    assert not await estimating.turn([], view, NOW + 300)
    assert any("latency_unpublished" in line for line in lines)


async def test_explain_is_told_what_stands_behind_each_round_trip(made, view):
    estimating = made()
    samples = [each for number in range(12) for each in seen(1, of=ip_network(f"127.1.{number}.0/24"))]
    await estimating.turn([*samples, *seen(40, at=NOW - 40)[::2]], view, NOW)
    place = Location(country="DE", measured=(Measured("eu", 90.0, 0.05, "its prefix"), Measured("us", 20.0, 0.2, "DE")))

    assert estimating.evidence(ip_address("127.1.5.9"), place, NOW) == (
        ("eu", "n=41, 0s old"),
        ("us", "n=1, 0s old"),
    )
    assert estimating.evidence(ip_address("192.0.2.1"), place, NOW + 40) == (
        ("eu", "DE: n=11, 40s old"),
        ("us", "DE: n=8, 40s old"),
    )
    assert estimating.evidence(ip_address("192.0.2.1"), Location(), NOW) == ()


async def test_figures_say_how_much_is_known(made, view):
    estimating = made()
    await estimating.turn(seen(20), view, NOW)
    await estimating.turn([], view, NOW + 300)
    found = estimating.figures()

    assert (found.samples, found.prefixes, found.histograms, found.rows) == ({"application": 40}, 1, 4, 2)
    assert found.latest == NOW


async def test_what_is_forgotten_is_taken_back(made, view, tmp_path):
    estimating, path = made(), Folders(tmp_path).measured
    await estimating.turn(seen(), view, NOW)
    await estimating.turn([], view, NOW + 300)

    assert read_rows(path.read_text())
    assert await estimating.forget(NOW + 400) == 1
    assert await estimating.turn([], view, NOW + 600)
    assert read_rows(path.read_text()) == ()
    await estimating.keep(NOW + 600, now=True)
    assert made(NOW + 700).entries == {}


async def test_the_half_life_is_the_models(made, view):
    estimating = made()
    await estimating.observe(seen(32), view.world.atlas, Measuring(half_life=100.0), NOW)

    assert estimating.estimator.of_prefix(HOME, NOW + 100)["eu"].count == pytest.approx(16)
