"""The judge as a process: it publishes what the builder built, opens its socket, and ends when told."""

from contextlib import ExitStack

from gslb.app.folders import Folders
from gslb.cli.local import ask
from gslb.control import build, save
from gslb.image import Tables
from gslb.server import Handover
from kit.judging import REGIONAL
from kit.role import running
from kit.worlds import world

UNMONITORED = REGIONAL.replace("monitor: ready, ", "")


def test_it_publishes_hears_words_and_ends(tmp_path):
    folders = Folders(tmp_path)
    folders.make()
    built = save(build(world(UNMONITORED), tmp_path), tmp_path)
    folders.adopt(built.digest)

    with ExitStack() as stack:
        stack.enter_context(running(Handover(), "judge", str(tmp_path)))
        tables = Tables(folders.run)
        assert tables.model == built.digest
        before = tables.generation

        said = ask(folders.judge_socket, "POST", "/v1/override", {"path": "web/eu-west", "word": "drain"})

        assert said["done"] == "web/eu-west is drain"
        assert tables.refresh()
        assert tables.generation > before
