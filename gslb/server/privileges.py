"""Giving up root: become the user the node is to run as, once every socket is held, and keep no capability."""

from __future__ import annotations

import contextlib
import ctypes
import grp
import os
import pwd
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from gslb.model import refuse

_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522


def become(user: str | None, owned: Iterable[Path] = ()) -> bool:
    """Become `user` (groups, group, user, in that order) for good; False when there is nothing to do.

    Nothing to do: no user is configured, or we are not root. `owned` are paths that the user must be able to write (the
    state directory and what stands in it); they are given to it first, a link itself rather than what it points at.
    Capabilities that a service manager gave for binding low ports go in any case. Raises Faults for an unknown user,
    and for one who may not run this program: the other processes would not start.
    """
    if user is None or os.geteuid() != 0:
        drop_capabilities()
        return False
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        refuse(f"node.user: there is no user {user} on this machine", hint=f"useradd --system {user}, or name another")
    for path in owned:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    os.setgroups(sorted({group.gr_gid for group in grp.getgrall() if user in group.gr_mem} | {account.pw_gid}))
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    drop_capabilities()
    if not os.access(sys.executable, os.X_OK):
        refuse(f"node.user: {user} may not run {sys.executable}", hint="install gslb where that user can read it")
    return True


def drop_capabilities() -> None:
    """Empty our capability sets and forbid gaining any by exec (capabilities(7)); root without a user keeps its own."""
    if sys.platform != "linux" or os.geteuid() == 0:
        return
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
        libc.capset(header, bytes(24))  # effective, permitted, inheritable: all empty, always allowed
