"""The exec probe: programs that end well, badly, late, or say a lot; without a shell, and without our environment."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober, Unable
from kit.backends import target


def python(code, *words):
    return sys.executable, "-c", code, *words


async def probed(*command, **changes):
    async with Prober(programs=True) as probe:
        result = await probe(target(MonitorKind.EXEC, 0, "192.0.2.1", command=command, **changes))
    return result.ok, result.reason


@pytest.mark.parametrize(
    ("command", "ok", "reason"),
    [
        (("/bin/true",), True, "exit 0"),
        (("/bin/echo", "DISK OK"), True, "DISK OK"),
        (("/bin/false",), False, "exit 1"),
        (python("print('two left', 'more', sep=chr(10)); raise SystemExit(2)"), False, "exit 2: two left"),
        (python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"), False, "signal 11"),
        (python("import sys; sys.stderr.write('no route')"), True, "no route"),
        (python("print(chr(27) + '[31mred')"), True, "[31mred"),
        (python("print('x' * 3_000_000)"), True, "xxxx"),
        (("/bin/echo", "$address", "${endpoint}; rm -rf $HOME"), True, "192.0.2.1 web/eu; rm -rf $HOME"),
        (python("import os; print(sorted(os.environ))"), True, "['LC_ALL', 'PATH']"),
        (python("import os; print(os.getcwd(), os.read(0, 1))"), True, "/ b''"),
    ],
)
async def test_a_program_is_judged_by_how_it_ends(command, ok, reason):
    found, said = await probed(*command)

    assert (found, said[: len(reason)]) == (ok, reason)


async def test_a_program_that_takes_too_long_ends_with_all_it_started(tmp_path):
    pids = tmp_path / "pids"
    code = f"""
import os, subprocess, time
child = subprocess.Popen(["/bin/sleep", "60"])
open({str(pids)!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(60)
"""
    found, said = await probed(*python(code), timeout=1.5)

    assert (found, said) == (False, f"{Path(sys.executable).name} timed out after 1.5 s")
    deadline = time.monotonic() + 10
    while any(alive(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_a_program_that_cannot_be_started_says_nothing_of_the_endpoint():
    with pytest.raises(Unable, match="cannot start /nowhere/check"):
        await probed("/nowhere/check")


async def test_programs_are_not_started_unless_allowed():
    async with Prober() as probe:
        with pytest.raises(Unable, match="programs are not started here"):
            await probe(target(MonitorKind.EXEC, 0, command=("/bin/true",)))
