"""A node that root starts holds low ports, and is somebody else by the time it answers."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import gslb
from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

USER = "nobody"
LOW = 53


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="scenario-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def interpreters() -> Iterator[str]:
    """Programs that run this Python: our own, and the system's if it is of the same version."""
    yield sys.executable
    system = f"/usr/bin/python3.{sys.version_info.minor}"
    if Path(system).exists():
        yield system


def program_for(user: str) -> tuple[str, ...] | None:
    """A command that runs gslb and that `user` may run too; None where its interpreter is somewhere private."""
    account = pwd.getpwnam(user)
    libraries = os.pathsep.join((str(Path(gslb.__file__).parent.parent), *filter(None, sys.path)))
    for interpreter in interpreters():
        command = ("/usr/bin/env", f"PYTHONPATH={libraries}", interpreter, "-m", "gslb")
        tried = subprocess.run(
            [*command, "--help"], capture_output=True, user=account.pw_uid, group=account.pw_gid, check=False
        )
        if tried.returncode == 0:
            return command
    return None


def test_a_node_gives_up_root_keeps_its_low_port_and_goes_on_as_somebody_else(open_folder):
    eu, us, port = own_address(), own_address(), free_port()
    text = two_regions(eu, us, port)
    with regions(Region(port, eu, us)), Node(open_folder, text, node=f"user: {USER}") as node:
        node.port = LOW  # nobody else has it at this address
        node.write(text)
        program = program_for(USER) if os.geteuid() == 0 else None
        if program is None:
            cannot_serve(node)
            return
        node.command = [*program, "serve", str(node.file)]
        node.start()
        account = pwd.getpwnam(USER)

        def powers() -> set[tuple[int, int, str]]:
            return {(one.uids().effective, one.gids().effective, capabilities(one)) for one in node.tree()}

        assert len(node.tree()) == 5
        assert powers() == {(account.pw_uid, account.pw_gid, "0" * 16)}
        assert node.addresses(NAME) == {eu}
        worker = node.child("worker")
        worker.send_signal(signal.SIGKILL)
        wait_until(lambda: node.events("child replaced"), 20, lambda: node.log)
        assert powers() == {(account.pw_uid, account.pw_gid, "0" * 16)}
        assert node.addresses(NAME) == {eu}
        node.write(text.replace("192.0.2.1", "192.0.2.2"))
        assert node.reload() == "applied"
        wait_until(lambda: node.addresses("static.example.com") == {"192.0.2.2"}, 10)
        assert node.end() == 0


def capabilities(process: psutil.Process) -> str:
    """The effective set, in hexadecimal."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("CapEff"))


def cannot_serve(node: Node) -> None:
    """Whoever is not root, or whose program the user may not run, is told so in a sentence, and nothing is left."""
    node.launch()
    assert node.wait(40) == 2
    told = "reserved" if os.geteuid() else f"{USER} may not run"
    assert told in node.log
    assert "Traceback" not in node.log
