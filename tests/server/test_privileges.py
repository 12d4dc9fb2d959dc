"""Giving up root: in a child, because there is no way back."""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from gslb.model import Faults
from gslb.server.privileges import become, drop_capabilities

CHILD = """
import json, os, sys
from pathlib import Path
from gslb.server.privileges import become
sys.executable = "/bin/sh"  # a program that everybody may run, wherever these tests run from
changed = become(sys.argv[1] or None, [Path(each) for each in sys.argv[2:]])
try:
    os.setuid(0)
    back = os.geteuid() == 0
except PermissionError:
    back = False
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps({
    "changed": changed, "uid": os.getresuid(), "gid": os.getresgid(), "groups": os.getgroups(), "back": back,
    "capabilities": [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")],
    "no_new": int(status["NoNewPrivs"]),
}))
"""


def child(user, *owned):
    argv = [sys.executable, "-c", CHILD, user, *map(str, owned)]
    return json.loads(subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stdout)


def test_root_becomes_the_user_for_good_and_others_stay_who_they_are(tmp_path):
    nobody = pwd.getpwnam("nobody")
    state = tmp_path / "state"
    state.mkdir()
    root = os.geteuid() == 0

    after = child("nobody", state)

    assert after["changed"] is root
    assert after["uid"] == [nobody.pw_uid if root else os.getuid()] * 3
    assert after["gid"] == [nobody.pw_gid if root else os.getgid()] * 3
    assert not after["back"]
    assert after["capabilities"] == [0, 0, 0, 0]
    assert after["no_new"] == 1
    assert state.stat().st_uid == (nobody.pw_uid if root else os.getuid())
    assert 0 not in after["groups"] or not root


def test_without_a_user_nobody_changes():
    after = child("")

    assert not after["changed"]
    assert after["uid"] == list(os.getresuid())


def test_an_unknown_user_is_a_fault_for_root_and_no_matter_to_others(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(Faults, match=r"node\.user: there is no user no-such-user on this machine"):
        become("no-such-user")


def test_the_steps_are_taken_in_the_only_order_that_works(monkeypatch, tmp_path):
    """Groups first, the user last: after setresuid none of the others would be allowed."""
    nobody = pwd.getpwnam("nobody")
    taken = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("chown", "setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, lambda *args, step=name, **options: taken.append((step, args)))

    assert become("nobody", [tmp_path])

    assert [step for step, _ in taken] == ["chown", "setgroups", "setresgid", "setresuid"]
    assert taken[0][1] == (tmp_path, nobody.pw_uid, nobody.pw_gid)
    assert taken[-1][1] == (nobody.pw_uid,) * 3


def test_a_user_who_may_not_run_the_program_is_a_fault(monkeypatch, tmp_path):
    """As when it is installed below /root: no other process would start."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, lambda *args: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(Faults, match=r"node\.user: nobody may not run .*/python \(install gslb where"):
        become("nobody")


def test_root_without_a_user_keeps_its_capabilities(monkeypatch):
    def capabilities():
        return [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("Cap")]

    before = capabilities()
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    drop_capabilities()

    assert capabilities() == before
