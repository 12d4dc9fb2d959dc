"""The best engine there is runs, unless another is asked for."""

import socket

import pytest

from gslb.engine import Worker, library
from gslb.engine.choice import Engine, choose, servings
from gslb.engine.library import NotCompiledError
from gslb.image import SampleReader, SampleWriter, open_engine_counters
from kit.packets import query
from kit.tables import small_world, tables_of


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [(Engine.AUTO, Engine.COMPILED), (Engine.COMPILED, Engine.COMPILED), (Engine.PYTHON, Engine.PYTHON)],
)
def test_the_compiled_engine_runs_where_it_was_built(wanted, runs):
    assert choose(wanted) is runs
    assert servings(wanted).__qualname__.startswith("compiled") == (runs is Engine.COMPILED)


@pytest.fixture
def unbuilt(tmp_path, monkeypatch):
    """The library is not where it was."""
    monkeypatch.setattr(library.open_library, "__defaults__", (tmp_path / "library.so",))


@pytest.mark.parametrize("wanted", [Engine.AUTO, Engine.PYTHON])
def test_without_it_python_answers(unbuilt, wanted):
    assert choose(wanted) is Engine.PYTHON
    assert not servings(wanted).__qualname__.startswith("compiled")


def test_without_it_asking_for_it_is_an_error_in_words(unbuilt):
    with pytest.raises(NotCompiledError, match="takes a C compiler"):
        choose(Engine.COMPILED)


@pytest.mark.parametrize("engine", [Engine.PYTHON, Engine.COMPILED])
def test_either_notes_what_it_takes_and_answers_it(engine, tmp_path):
    run, packet = tmp_path / "run", query("wWw.example.com")
    tables = tables_of(tmp_path, small_world())
    counters, samples = open_engine_counters(run, 0), SampleWriter(run, 0)
    reader = SampleReader(run)
    reader.ask(every=1)
    queue, responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with (
        queue,
        responder,
        socket.socket(type=socket.SOCK_DGRAM) as one,
        socket.socket(type=socket.SOCK_DGRAM) as client,
    ):
        one.bind(("127.0.0.1", 0))
        client.connect(one.getsockname())
        client.send(packet)
        make = servings(engine)
        worker = Worker(tables, [one], queue, counters, lambda: None, lambda: 0, lambda: 7, make, samples)

        assert worker.turn(5) == 1
        assert client.recv(999)[3] & 15 == 0
    assert [(each.weight, each.packet) for each in reader.read()[0]] == [(1, packet)]
