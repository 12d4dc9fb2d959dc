"""What a slot says of itself where nothing else is written."""

import signal

from gslb.server.events import Slot


def test_a_slot_shares_its_work_at_an_upgrade_and_is_told_to_go_by_sigterm():
    slot = Slot("worker-0")

    assert (slot.exclusive, slot.retire, slot.program) == (False, signal.SIGTERM, 0)
