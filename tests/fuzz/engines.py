"""Engine against engine over as many packets as you like, `respond` on one in a hundred; and C under sanitizers.

    python tests/fuzz/engines.py [--packets 10000000] [--seed 1] [--sanitize] [--seconds N]

Every chunk of packets meets another generation: of a world with one of everything, or of zones nobody wrote by hand.
With --sanitize the C code is built with AddressSanitizer and UndefinedBehaviorSanitizer, and its tables are copies on
the heap, so that a step past their end is seen; some chunks then meet tables that are damaged. The first difference, or
fault of memory, ends it with the packet that showed it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NATIVE = ROOT / "gslb" / "engine" / "native"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
CHUNK = 10_000
FLAW = ("memcpy(&header, octets, sizeof header);", "(void)*(volatile const uint8_t *)(octets + length);")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=10_000_000, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end sooner, after so long")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--sanitize", action="store_true", help="build the C code with sanitizers")
    parser.add_argument(
        "--chunk", type=int, default=CHUNK, help="packets between two generations (default: %(default)s)"
    )
    parser.add_argument("--flaw", action="store_true", help="build in a step outside a table, which must be found")
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def sanitized(folder: Path, flaw: bool) -> Path:
    """The library with sanitizers in it; with a `flaw` it reads one octet too far whenever it opens a table."""
    for source in NATIVE.glob("*.[ch]"):
        sound, outside = FLAW
        (folder / source.name).write_text(source.read_text().replace(sound, sound + outside if flaw else sound))
    path = folder / "library.so"
    options = ["-std=gnu11", "-O1", "-g", "-fPIC", "-shared", *SANITIZERS]
    subprocess.run(["cc", *options, "-o", str(path), *sorted(map(str, folder.glob("*.c")))], check=True)
    return path


def again_under_sanitizers(wanted: argparse.Namespace) -> int:
    """This program once more, with the sanitizers' own allocator beneath it."""
    found = subprocess.run(["cc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
    environment = {
        **os.environ,
        "LD_PRELOAD": found.stdout.strip(),
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:handle_segv=1",  # the interpreter itself never frees all
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with tempfile.TemporaryDirectory(prefix="gslb-fuzz-") as folder:
        library = sanitized(Path(folder), wanted.flaw)
        command = [sys.executable, __file__, *sys.argv[1:], "--library", str(library)]
        return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    wanted = arguments()
    if wanted.sanitize and wanted.library is None:
        return again_under_sanitizers(wanted)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from fuzz.campaign import Campaign

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gslb-fuzz-") as folder:
        campaign = Campaign(Path(folder), wanted.seed, wanted.library)
        while campaign.packets < wanted.packets and time.monotonic() - began < wanted.seconds:
            campaign.step(min(wanted.chunk, wanted.packets - campaign.packets))
        print(f"{campaign.summary()} in {time.monotonic() - began:.0f} s: no difference, no fault", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
