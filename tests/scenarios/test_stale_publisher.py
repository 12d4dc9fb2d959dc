"""A publisher that was stopped, overtaken and resumed never takes what is answered back, whenever it wakes."""

import random
import shutil

from gslb.image import Constant, Publication, PublishedZone, Publisher, PublishRefused, Tables, encode_plan, write_zone
from kit.ledger import Ledger
from kit.scale import scaled
from kit.tables import APEX, LABELS, address, small_world

INTERLEAVINGS = int(scaled(1_000, 10_000))
TURNS = 8
SMALL = 4_096  # octets of an arena: full now and then, so that moving on is tried as well
ROWS = 4


class Race:
    """An old publisher that lost its lock while it slept, a new one, and a reader that looks after each turn."""

    def __init__(self, folder, image, chance):
        self.regressions = self.empty = self.refused = self.published = 0
        self._image, self._chance = image, chance
        self._old = Publisher(folder, SMALL)
        self._next = {self._old: (1, 1)}
        self._publish(self._old)
        self._old.close()  # its lock is gone, as after a stop that outlasted its successor's start; its maps are not
        self._new = Publisher(folder, SMALL)
        self._next[self._new] = (2, 1)
        self._reader = Tables(folder)
        self._seen = self._reader.generation

    def run(self):
        for _ in range(TURNS):
            self._publish(self._chance.choice((self._old, self._new)))
            self._look()
        self._new.close()

    def _publish(self, publisher):
        epoch, number = self._next[publisher]
        # The old one may believe anything of its own number: it may have gone on counting while nobody listened.
        number += self._chance.choice((0, 0, 1, 1_000))
        plans = [encode_plan(Constant(address(number % 256))) for _ in range(ROWS)]
        found = Publication(epoch, number, 0, "model", [PublishedZone(self._image, plans)], [], (b"state",))
        try:
            publisher.publish(found)
        except PublishRefused:
            self.refused += 1
        else:
            self._next[publisher] = epoch, number + 1
            self.published += 1

    def _look(self):
        self._reader.refresh()
        now = self._reader.generation
        self.regressions += now < self._seen
        self._seen = now
        (zone,) = self._reader.zones[APEX].layers
        self.empty += any(not self._reader.plan(zone, row).part(0).wire for row in range(ROWS))


def test_a_publisher_that_was_overtaken_regresses_nothing_in_a_thousand_interleavings(tmp_path, record_property):
    world = small_world(*[(Constant(address(0)), None)] * ROWS)
    image = str(write_zone(tmp_path, APEX, world.zones[0].entries, LABELS * 4))
    with Ledger("stale-publisher") as ledger:
        regressions = empty = refused = published = 0
        for seed in range(INTERLEAVINGS):
            race = Race(tmp_path / f"run{seed}", image, random.Random(seed))
            race.run()
            shutil.rmtree(tmp_path / f"run{seed}")
            regressions, empty = regressions + race.regressions, empty + race.empty
            refused, published = refused + race.refused, published + race.published
        ledger.injected(f"{INTERLEAVINGS} interleavings, {refused} publications refused, {published} made")
        record_property("stale_publisher", f"{INTERLEAVINGS} interleavings, {refused} refused, {published} made")
        ledger.held("generation regressions", regressions, 0)
        ledger.held("empty answers", empty, 0)
        assert refused > INTERLEAVINGS
        assert published > INTERLEAVINGS
