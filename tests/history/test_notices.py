"""From the chronicle to what people are told: one message a failover, its end, flaps folded, nothing twice."""

import json

import pytest

from gslb.control import Recorded, publication_change
from gslb.control.chronicle import Change, ChangeKind, override_change, verdict_change
from gslb.health import Override, Standing, Verdict
from gslb.history import Notices
from gslb.model import Check, Occasion
from kit.judging import Play, built
from kit.language import model
from kit.worlds import WALL

STEER = "\n".join(f"      n{number}: {{ttl: 30s, failover: [web/eu-west, web/us-east]}}" for number in range(50))
TEXT = f"""\
gslb: 1
listen: 127.0.0.1:5300
regions: {{eu-west: {{}}, us-east: {{}}}}
monitors:
  ready: {{probe: "http://www.example.com/ready", interval: 4s, timeout: 2s, confirm_interval: 1s, fall: 2, rise: 2}}
pools:
  web: {{monitor: ready, endpoints: {{eu-west: 192.0.2.1, us-east: 192.0.2.2}}}}
zones:
  example.com:
    owner: edge-team@example.com
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {{ttl: 30s, failover: [web/eu-west, web/us-east], runbook: "https://wiki.example.net/www", failback: manual}}
      api: {{ttl: 60s, failover: [web/eu-west, web/us-east], owner: api-team@example.com}}
{STEER}
"""
MODEL = model(TEXT)
EU = Check("ready", "web/eu-west", "192.0.2.1")


class Reader:
    """A chronicle by hand, and who follows it; a step every second of the wall clock."""

    def __init__(self):
        self.notices, self.number, self.wall, self.told = Notices(), 0, WALL, []

    def write(self, *changes):
        rows = [Recorded(self.number + each, change) for each, change in enumerate(changes, 1)]
        self.number += len(rows)
        self.notices.follow(rows, MODEL)
        return rows

    def wait(self, seconds):
        for _ in range(int(seconds)):
            self.wall += 1
            self.told += self.notices.step(self.wall, MODEL)

    def verdict(self, up, check=EU, reason="connect timeout", **more):
        votes = (3, 0) if up else (0, 3)
        one = Verdict(check, up=up, since=self.wall, reason=reason, votes=votes, **more)
        return self.write(verdict_change(one, self.wall, ChangeKind.VERDICT))

    def standing(self, name, standing, *opened):
        data = {"standing": standing, "opened": list(opened)}
        return self.write(Change(self.wall, ChangeKind.STANDING, name, "", data))

    def published(self):
        return self.write(Change(self.wall, ChangeKind.PUBLISHED, "1/2", "", {}))

    @property
    def texts(self):
        return [notice.text for notice in self.told]


@pytest.fixture
def reader():
    return Reader()


def test_one_failover_of_fifty_names_is_one_message_with_all_that_matters(reader, tmp_path):
    """As the judge itself writes the chronicle: endpoint by endpoint, phase by phase."""
    play = Play(built(TEXT, tmp_path))
    play.all_up()
    play.now += 60
    for _ in range(2):
        play.now += 1
        effects = play.probe("web/eu-west", ok=False)
        changes = [*effects.changes]
        if effects.belief is not None:
            changes.append(publication_change(effects.belief, effects.touched, "d", changes, play.wall + 0.1))
        reader.write(*changes)
    reader.wall = play.wall
    reader.wait(120)

    failover, *others = [one for one in reader.told if one.occasion is Occasion.FAILOVER]
    assert others == []
    assert failover.text == (
        "eu-west DOWN 22:14:22Z (1/1 vantages: connect timeout); www,api,n0,n1,n2,n3 and 46 more moved in 1.1 s; "
        "last stale client ~22:15:22Z; runbook https://wiki.example.net/www; "
        "owner edge-team@example.com, api-team@example.com"
    )
    assert failover.plain()["names"][:2] == ["www.example.com.", "api.example.com."]
    assert len(failover.plain()["names"]) == 52
    assert json.loads(json.dumps(failover.plain()))["occasion"] == "failover"


def test_its_end_is_told_once(reader):
    reader.verdict(up=False)
    reader.published()
    reader.wait(700)
    reader.verdict(up=True)
    reader.wait(700)

    assert [(one.subject, one.resolved) for one in reader.told] == [("eu-west", False), ("eu-west", True)]
    assert reader.texts[1].startswith("eu-west UP 22:25:00Z after 12 min")
    assert reader.notices.matters == {}


def test_what_comes_and_goes_before_anybody_was_told_is_not_told(reader):
    reader.verdict(up=False)
    reader.wait(2)
    reader.verdict(up=True)
    reader.wait(30)

    assert reader.told == []


def test_flaps_are_folded_into_one_message(reader):
    for _ in range(6):
        reader.verdict(up=False)
        reader.wait(20)
        reader.verdict(up=True)
        reader.wait(20)
    reader.wait(700)

    assert [one.resolved for one in reader.told] == [False, True, True]
    assert "fell 5 more times since it was told" in reader.texts[2]
    assert reader.told[2].data["again"] == 5


def test_one_that_stays_down_after_flaps_is_told_as_down(reader):
    reader.verdict(up=False)
    reader.wait(20)
    reader.verdict(up=True)
    reader.wait(20)
    reader.verdict(up=False)
    reader.wait(700)
    reader.verdict(up=True)
    reader.wait(30)

    assert [one.resolved for one in reader.told] == [False, True, False, True]
    assert "fell 1 more time since" in reader.texts[2]


def test_what_joins_later_is_told_in_one_update(reader):
    reader.verdict(up=False)
    reader.wait(20)
    for number in range(5):
        reader.verdict(up=False, check=Check("ready", "web/eu-west", f"192.0.2.{10 + number}"))
    reader.wait(120)

    assert [one.subject for one in reader.told] == ["eu-west", "eu-west"]
    assert len(reader.told[1].data["checks"]) == 6


def test_what_another_failure_explains_and_what_damping_holds_is_no_news(reader):
    reader.verdict(up=False, because=Check("balancer", "web/eu-west", "192.0.2.1"))
    reader.verdict(up=False, held=True)
    reader.wait(60)

    assert reader.told == []


def test_names_that_are_all_down_are_one_message(reader):
    reader.standing("www.example.com.", "last resort", "open")
    reader.standing("api.example.com.", "last resort", "open")
    reader.standing("n0.example.com.", "partly", "", "open")
    reader.wait(100)
    reader.standing("www.example.com.", "healthy", "")
    reader.wait(10)
    assert len(reader.told) == 1
    reader.standing("api.example.com.", "healthy", "")
    reader.wait(10)

    assert [(one.occasion, one.resolved) for one in reader.told] == [
        (Occasion.ALL_DOWN, False),
        (Occasion.ALL_DOWN, True),
    ]
    assert reader.texts[0].startswith("www,api ALL DOWN 22:13:20Z: answered by open; runbook https://wiki")
    assert reader.texts[1].startswith("www,api answered from what is up again")


def test_a_latch_of_a_failover_is_told_for_both_families_at_once(reader):
    for family in ("A", "AAAA"):
        key = f"www.example.com.|{family}"
        reader.write(Change(reader.wall, ChangeKind.LATCH, key, "", {"child": "web/us-east", "value": ""}))
    reader.write(Change(reader.wall, ChangeKind.LATCH, "gone.example.com.|A", "", {"child": "x", "value": ""}))
    reader.wait(700)
    for family in ("A", "AAAA"):
        reader.write(Change(reader.wall, ChangeKind.LATCH, f"www.example.com.|{family}", "", None))
    reader.wait(20)

    assert [text.partition(";")[0] for text in reader.texts] == [
        "www stays on web/us-east since 22:13:20Z",
        "www is no longer on web/us-east 22:25:00Z",
    ]
    assert "gslb failback www" in reader.texts[0]


def test_latches_of_many_names_on_one_child_are_one_message(reader):
    for number in range(50):
        key = f"n{number}.example.com.|A"
        reader.write(Change(reader.wall, ChangeKind.LATCH, key, "", {"child": "web/us-east", "value": ""}))
    reader.wait(700)
    reader.write(Change(reader.wall, ChangeKind.LATCH, "n0.example.com.|A", "", {"child": "web/ap", "value": ""}))
    for number in range(1, 50):
        reader.write(Change(reader.wall, ChangeKind.LATCH, f"n{number}.example.com.|A", "", None))
    reader.wait(20)

    assert [text.partition(";")[0] for text in reader.texts] == [
        "n0,n1,n2,n3,n4,n5 and 44 more stay on web/us-east since 22:13:20Z",
        "n0,n1,n2,n3,n4,n5 and 44 more are no longer on web/us-east 22:25:00Z",
        "n0 stays on web/ap since 22:25:00Z",
    ]


def test_a_vantage_that_is_silent_is_told_and_so_is_its_return(reader):
    said = {"state": "silent", "reason": "nothing heard for 15 s"}
    reader.write(Change(reader.wall, ChangeKind.SILENT, "eu-west", "", said))
    reader.wait(60)
    reader.write(Change(reader.wall, ChangeKind.SILENT, "eu-west", "", None))
    reader.wait(60)

    assert reader.texts == [
        "vantage eu-west silent: nothing heard for 15 s, since 22:13:20Z",
        "vantage eu-west has its say again 22:14:20Z",
    ]


@pytest.mark.parametrize(("lasts", "ahead"), [(7_200, 900), (600, 150)], ids=["15 min", "a quarter of a short one"])
def test_a_word_that_will_soon_end_is_told_of_once(reader, lasts, ahead):
    drain = Override("eu-west", Standing.DRAIN, "CHG-4711", "ada", WALL, WALL + lasts)
    reader.write(override_change(drain))
    reader.wait(lasts - ahead - 1)
    assert reader.told == []
    reader.wait(ahead + 10)

    (notice,) = reader.told
    assert notice.occasion is Occasion.OVERRIDE_EXPIRING
    assert notice.at == WALL + lasts - ahead
    assert notice.text.startswith("drain on eu-west ends ")
    assert notice.text.endswith("(CHG-4711, ada)")


def test_a_word_that_is_taken_back_or_said_anew_is_not_told_of(reader):
    reader.write(override_change(Override("eu-west", Standing.OFF, "", "ada", WALL, WALL + 7_200)))
    reader.write(Change(reader.wall, ChangeKind.OVERRIDE, "eu-west", "ada", None))
    reader.write(override_change(Override("us-east", Standing.OFF, "", "ada", WALL, None)))
    reader.wait(7_300)

    assert reader.told == []


def test_reading_again_what_was_read_tells_nothing_again(reader):
    rows = reader.verdict(up=False) + reader.published()
    reader.wait(30)
    kept = json.loads(json.dumps(reader.notices.kept()))
    again = Notices.of(kept)
    again.follow(rows, MODEL)  # the cursor was not kept in time

    assert [one for second in range(90) for one in again.step(reader.wall + second, MODEL)] == []
    assert json.loads(json.dumps(again.kept()))["matters"] == kept["matters"]


def test_what_is_kept_is_whole(reader):
    reader.write(override_change(Override("eu-west", Standing.DRAIN, "", "ada", WALL, WALL + 7_200)))
    reader.verdict(up=False)
    reader.wait(10)
    again = Notices.of(json.loads(json.dumps(reader.notices.kept())))

    assert again.kept() == reader.notices.kept()
    assert again.words == reader.notices.words
