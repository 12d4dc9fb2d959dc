import json
import subprocess
from pathlib import Path

import changes
import generator
import pytest
from questions import CASES

TOLD = {
    "qps": 1000.0,
    "sent": 110,
    "received": 100,
    "lost": 10,
    "with_answer": 98,
    "noerror": 99,
    "servfail": 0,
    "nxdomain": 1,
    "refused": 0,
    "octets": 60.0,
    "started": 12.5,
    "p50_us": 10.0,
    "p90_us": 15.0,
    "p99_us": 20.0,
    "p999_us": 25.0,
    "max_us": 30.0,
    "tenths": [50, 50],
}


def test_an_answer_of_another_kind_than_asked_for_is_wrong():
    figures = generator.read(json.dumps(TOLD), CASES["static"])

    assert (figures.lost, figures.wrong) == (10, 2)
    assert figures.bad_share == pytest.approx(12 / 110)


def test_names_that_do_not_exist_are_to_be_told_so():
    assert generator.read(json.dumps(TOLD), CASES["nxdomain"]).wrong == 99


def figures(tenths, started=100.0):
    return generator.Figures(0, 0, 0, 0, 0, 0, 0, 0, started, tuple(tenths))


def test_a_reload_costs_what_its_tenths_of_a_second_lack():
    told = figures([100] * 20 + [50] * 10 + [100] * 10)

    assert changes.rate_lost(told, began=102.0, ended=103.0) == pytest.approx(0.5)
    assert changes.rate_lost(told, began=103.0, ended=104.0) == pytest.approx(1 - 100 / ((17 * 100 + 10 * 50) / 27))


def test_a_reload_shorter_than_a_tenth_counts_as_one():
    assert changes.rate_lost(figures([100] * 20 + [0] + [100] * 10), began=102.01, ended=102.05) == pytest.approx(1.0)


def test_a_reload_after_the_load_is_no_measurement():
    with pytest.raises(RuntimeError, match="did not last"):
        changes.rate_lost(figures([100] * 20), began=103.0, ended=104.0)


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    generator.compile_programs(folder)
    return folder


@pytest.mark.parametrize("program", ["loadgen", "tcpload"])
@pytest.mark.parametrize(
    ("where", "says"),
    [
        (["192.0.2.1", "53", "queries", "1", "1", "1"], "only loopback"),
        (["127.0.0.1", "53", "queries", "1", "1", "100000"], "up to 600 seconds"),
        (["127.0.0.1", "53", "queries", "0", "1", "1"], "from 1 to"),
        (["127.0.0.1", "53", "none", "1", "1", "1"], "No such file"),
        ([], "usage"),
    ],
)
def test_a_generator_loads_loopback_only_and_comes_to_an_end(programs, tmp_path, program, where, says):
    (tmp_path / "queries").write_bytes(b"\0\x11" + bytes(17))

    done = subprocess.run([programs / program, *where], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert says in done.stderr


def test_an_echo_answers_every_query_of_both_loops(programs, tmp_path):
    from rig import free_port

    queries = tmp_path / "queries"
    queries.write_bytes((b"\0\x1d" + bytes(5) + b"\1" + bytes(6) + b"\3www\4test\0" + b"\0\1\0\1" + bytes(3)) * 3)
    port = free_port()
    echo = subprocess.Popen([programs / "echo", str(port)])
    try:
        bound(port)
        for rate in ([], ["-r", "1000"]):
            command = [programs / "loadgen", "-x", *rate, "127.0.0.1", str(port), queries, "2", "4", "0.1"]
            told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            assert told["received"] == told["sent"] > 0
            assert told["lost"] == 0
    finally:
        echo.kill()
        echo.wait()


def bound(port):
    """Wait until somebody holds the port."""
    wanted = f":{port:04X} "
    while not any(wanted in line for line in Path("/proc/net/udp").read_text().splitlines()):
        pass
