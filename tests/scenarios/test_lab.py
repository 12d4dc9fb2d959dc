"""`gslb lab` comes up, moves when a region is lost, moves back, and leaves nothing behind."""

import signal
import subprocess
import time

import psutil

from gslb.lab.world import NAME, REGIONS, SERVERS
from kit.processes import GSLB, Process, answers, ask, gslb
from kit.waiting import wait_until

DETECTION = 2 + 1 * max(0.5, 1) + 1 + 1  # of the lab's monitor: interval 2s, timeout 1s, confirm_interval 500ms, fall 2
EUROPE, AMERICA, ASIA = REGIONS


def answered(server, region) -> frozenset[str]:
    return answers(ask((server.address, 5300), NAME, subnet=region.client))


def home(region) -> set[str]:
    return {address for _, address in region.backends}


def test_a_lab_runs_loses_a_region_gets_it_back_and_goes(tmp_path, record_property):
    folder = tmp_path / "lab"
    with Process(tmp_path, "lab", [*GSLB, "lab", "--folder", str(folder)]) as lab:
        began = time.monotonic()
        lab.launch()
        wait_until(lambda: "Ctrl-C" in lab.said or lab.status is not None, 60, lambda: lab.said + lab.log)
        assert lab.status is None, lab.said
        print(f"the lab is up after {time.monotonic() - began:.1f} s")
        family = psutil.Process(lab.pid).children(recursive=True)

        for server in SERVERS:
            for region in REGIONS:
                assert answered(server, region) <= home(region)
        for line in lab.said.splitlines():
            if line.strip().startswith("dig @"):
                command = line.split("#")[0].split()
                shown = subprocess.run(
                    [*command, "+short"], capture_output=True, text=True, timeout=20, check=True
                ).stdout
                (meant,) = (region for region in REGIONS if region.name in line)
                assert set(shown.split()) <= home(meant)

        lost_at = time.monotonic()
        done = gslb("lab", "down", EUROPE.name, "--folder", str(folder))
        assert done.returncode == 0, done.stderr
        for server in SERVERS:
            wait_until(lambda server=server: not answered(server, EUROPE) & home(EUROPE), DETECTION)
            assert answered(server, EUROPE) <= home(AMERICA)
        told = (
            f"answers left {EUROPE.name} {time.monotonic() - lost_at:.2f} s after `gslb lab down`, of {DETECTION:.2f} s"
        )
        print(told)
        record_property("lab", told)
        assert answered(SERVERS[0], ASIA) <= home(ASIA)

        assert gslb("lab", "up", EUROPE.name, "--folder", str(folder)).returncode == 0
        for server in SERVERS:
            wait_until(lambda server=server: answered(server, EUROPE) <= home(EUROPE), 15)
        unknown = gslb("lab", "down", "atlantis", "--folder", str(folder))
        assert unknown.returncode == 1
        assert "eu-west, us-east, ap-south" in unknown.stderr

        family += psutil.Process(lab.pid).children(recursive=True)
        lab.signal(signal.SIGINT)
        assert lab.wait() == 0
        _, alive = psutil.wait_procs(family, timeout=5)
        assert alive == []
        assert not list(folder.rglob("*.sock"))
        assert not (folder / "control").exists()
    missing = gslb("lab", "down", EUROPE.name, "--folder", str(folder))
    assert missing.returncode == 1
    assert "no lab runs" in missing.stderr
