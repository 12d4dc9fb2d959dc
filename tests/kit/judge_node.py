"""A judge's loop over a folder of its own, as the judge process has it."""

from gslb.app.folders import Folders
from gslb.app.judge_loop import JudgeLoop, open_store
from gslb.control import Journal, build, save
from kit.judging import REGIONAL
from kit.worlds import world


class Node:
    """A judge's loop over a folder, with what it told."""

    def __init__(self, path, text=REGIONAL):
        self.folders = Folders(path)
        self.folders.make()
        self.lines = []
        self.journal = Journal("judge", write=self.lines.append)
        self.built = save(build(world(text), path), path)
        self.store = open_store(self.folders, self.journal)
        self.loop = JudgeLoop(self.folders, self.built, self.store, self.journal)

    def open(self):
        """Turn until the first generation is out: with nobody reporting it waits no longer than probes may take."""
        self.loop.judging._open_at = 0.0
        self.loop.turn([])
