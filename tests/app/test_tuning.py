"""The tune loop's shell: it tells the judge, keeps what it knows, and says so when a promise breaks."""

import pytest

from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake, open_telemetry
from gslb.app.tracing import Tracing
from gslb.app.tuning import EVERY, KEEP_EVERY, TtlTuning, answers_by_name
from gslb.caching import Populations
from gslb.control import Journal
from gslb.image import CounterLabel
from gslb.nameserver import Belief, View
from gslb.policy import Memory
from kit.judging import REGIONAL
from kit.worlds import WALL, world

ELASTIC = "elastic.example.com."
AUTO = REGIONAL.replace("elastic: {ttl: {min: 4s", "elastic: {ttl: {auto: {rto: 60s, queries: 5/s}, min: 4s")
LABELS = [
    CounterLabel("example.com.", "A", "NOERROR", ELASTIC, "web/eu-west"),
    CounterLabel("example.com.", "A", "NOERROR", ELASTIC, ""),
    CounterLabel("example.com.", "A", "NOERROR"),
]


@pytest.fixture(scope="module")
def of():
    return world(AUTO)


class Shell:
    """The loop on clocks turned by hand, and a judge that takes what it is told, or cannot."""

    def __init__(self, of, folder, now=1_000.0, wall=WALL):
        self.folders = Folders(folder)
        self.folders.make()
        self.lines, self.told, self.trouble, self.of = [], [], "", of
        self.now, self.wall, self.advice = now, wall, {ELASTIC: 49}
        self.journal = Journal("control", write=self.lines.append)
        self.tracing = Tracing(7, now)
        self.tracing.populations.trace(8, now)
        keepsake = Keepsake(open_telemetry(self.folders, self.journal), "populations", self.journal)
        self.tuning = TtlTuning(self.tracing, keepsake, self.journal, now, wall)

    async def advise(self, seconds):
        self.told.append((self.now, dict(seconds)))
        if not self.trouble:
            self.advice |= seconds
        return self.trouble

    async def run(self, seconds, senders=1_000):
        """Senders that ask once each TTL and a second."""
        for _ in range(int(seconds / EVERY)):
            self.now, self.wall = self.now + EVERY, self.wall + EVERY
            for sender in range(senders):
                if int((self.now + sender) / EVERY) % (1 + round(self.advice[ELASTIC] / EVERY)) == 0:
                    self.tracing.populations.see(ELASTIC, sender, 0, self.now - 1, self.advice[ELASTIC])
            view = View(self.of, Belief(memory=Memory(advice=dict(self.advice))))
            await self.tuning.turn(view, lambda: [(LABELS, [7, 8, 9])], self.advise, self.now, self.wall)


async def test_the_judge_is_told_what_traffic_advises(of, tmp_path):
    shell = Shell(of, tmp_path)
    await shell.run(600, senders=100)

    assert shell.told
    assert shell.advice[ELASTIC] < 30
    assert shell.tuning.of(ELASTIC, View(of, Belief())).trusted
    assert shell.tuning.measured()[ELASTIC] == shell.tuning.tuned[ELASTIC].caches


async def test_advice_that_the_judge_did_not_take_is_told_again(of, tmp_path):
    shell = Shell(of, tmp_path)
    shell.trouble = "the judge does not answer"
    await shell.run(600, senders=100)

    assert len(shell.told) > 5
    assert shell.advice[ELASTIC] == 49
    assert any("advise_failed" in line and "the judge does not answer" in line for line in shell.lines)


async def test_what_is_measured_outlives_a_restart(of, tmp_path):
    shell = Shell(of, tmp_path)
    await shell.run(10 * KEEP_EVERY, senders=100)
    before = shell.tuning.of(ELASTIC, View(of, Belief()))
    again = Shell(of, tmp_path, now=50.0, wall=shell.wall)
    await again.run(EVERY, senders=0)
    after = again.tuning.of(ELASTIC, View(of, Belief()))

    assert before.caches
    assert after.caches
    assert after.at(30).queries == pytest.approx(before.at(30).queries, rel=0.3)
    assert not after.trusted, "nobody asked since"
    assert again.tuning.measured() == {}
    assert again.told == []


async def test_what_cannot_be_read_is_forgotten_and_told(of, tmp_path):
    shell = Shell(of, tmp_path)
    Keepsake(open_telemetry(shell.folders, shell.journal), "populations", shell.journal).save(b"{}")

    again = Shell(of, tmp_path)
    await again.run(EVERY, senders=0)
    assert any("populations_forgotten" in line for line in again.lines)


async def test_a_promise_that_breaks_is_told_once_and_again_when_it_holds(of, tmp_path):
    shell = Shell(of, tmp_path)
    await shell.run(600, senders=1_000)
    shell.tracing.populations = Populations(shell.now)
    shell.tracing.populations.trace(8, shell.now)
    await shell.run(600, senders=20)

    assert sum("ttl_alarm " in f"{line} " and "rto 60 s wins" in line for line in shell.lines) == 1
    assert sum("ttl_alarm_over" in line for line in shell.lines) == 1


async def test_before_anything_is_published_nothing_happens(of, tmp_path):
    shell = Shell(of, tmp_path)
    await shell.tuning.turn(None, list, shell.advise, 1e9, WALL)

    assert (shell.told, shell.tuning.tuned) == ([], {})


def test_answers_that_named_an_endpoint_are_counted_by_name():
    assert answers_by_name([(LABELS, [7, 8, 9]), (LABELS, [1, 0, 0])]) == {ELASTIC: 8.0}
