"""A short run of what `make fuzz` does at length: engine against engine, and C under sanitizers."""

import re
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "engines.py"


def run(*arguments):
    done = subprocess.run([sys.executable, PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def test_engines_agree_on_bent_packets():
    told = run("--packets", "20000")

    assert told.startswith("20,000 packets (by respond, too ")
    assert re.search(r"rcode 0 \d,\d+", told)


def test_the_compiled_engine_steps_on_nobodys_memory():
    told = run("--packets", "4000", "--chunk", "500", "--sanitize")

    assert told.startswith("4,000 packets under sanitizers")
    assert re.search(r"; [\d,]{5,} packets to damaged tables", told)


def test_a_step_outside_is_seen():
    """The sanitizers are there: a library that reads one octet too far does not get through."""
    done = subprocess.run(
        [sys.executable, PROGRAM, "--packets", "2000", "--chunk", "1000", "--sanitize", "--flaw"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert "AddressSanitizer: heap-buffer-overflow" in done.stderr
