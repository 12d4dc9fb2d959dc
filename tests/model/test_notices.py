"""Who may be told, as a model holds it."""

import pytest

from gslb.model import Faults, Model, Notify, Occasion, Probes, Recipient, settle


def test_one_who_says_nothing_else_is_told_of_everything():
    assert Recipient("hook").occasions == tuple(Occasion)


def test_a_program_is_started_only_where_the_configuration_lets_it():
    model = Model(notify=Notify((Recipient("/bin/page", command=("/bin/page",)),)), probes=Probes(programs=True))
    assert settle(model).notify.recipients[0].command == ("/bin/page",)

    with pytest.raises(Faults, match="/bin/page: programs are not started"):
        settle(Model(notify=model.notify))
