"""Part `speed`: answers a second, latency, TCP, memory and receive buffers, each server in turn."""

from pathlib import Path

from measured import Results
from plan import Plan, say
from questions import CASES, Case
from rig import Running, equalise, settle
from servers import RECEIVE_BUFFER, SERVERS

ALL = (*CASES, "latency", "tcp", "memory")
LATENCY_OF = ("gdnsd", "gslb-python", "gslb-compiled")
TCP_OF = ("gdnsd", "gslb-python", "gslb-compiled", "knot")
LATENCY_CASES = ("static", "steered", "ecs")
LOAD = 0.7
WARM_UP = 0.3  # seconds of each case that do not count
CONNECTIONS, PIPELINED = 64, 8


def measure(plan: Plan, results: Results) -> None:
    """Every wanted server and case, `rounds` times over."""
    known = [CASES[key] for key in plan.cases if key in CASES and (plan.world.networks or key != "ecs")]
    queries = plan.queries(*(case.key for case in known))
    names = [name for name in plan.servers if not name.startswith("gslb-") or name in plan.engines()]
    prepared = plan.prepare(names, plan.world)
    for turn, name in ((turn, name) for turn in range(plan.rounds) for name in names):
        if name not in prepared:
            continue
        cases = [case for case in known if case.zone in SERVERS[name].zones and asks(name, case)]
        try:
            with plan.ready(prepared[name], [] if name == "echo" else cases) as runs:
                settle(runs)
                one_server(plan, results, runs, {case: queries[case] for case in cases}, last=turn == plan.rounds - 1)
        except RuntimeError as error:
            say(f"{name}: {error}")
            results.notes[f"speed, {name}"] = " ".join(str(error).split())[:300]
            del prepared[name]


def asks(name: str, case: Case) -> bool:
    """The limit is the same for every case: it is measured once; peers that no goal names do no variants."""
    if name == "echo":
        return case.key == "static"
    return name in LATENCY_OF or case.key in ("static", "many", "steered", "ecs", "nxdomain")


def one_server(plan: Plan, results: Results, runs: Running, queries: dict[Case, Path], *, last: bool) -> None:
    """All that is measured of a server that runs."""
    name, generate = runs.server.name, plan.generators
    results.add(name, "static", **{"receive buffer": equalise(runs, RECEIVE_BUFFER)})
    for case, path in queries.items():
        generate.udp(case, runs.port, path, WARM_UP)
        busy = runs.cpu_seconds()
        figures = generate.udp(case, runs.port, path, plan.seconds)
        busy = max(0.01, runs.cpu_seconds() - busy)
        say(f"{case.key:14}{name:15}{figures.rate / 1e3:8.0f} k/s  bad {figures.bad_share:.2%}")
        bad = 0.0 if name == "echo" else figures.bad_share
        results.add(name, case.key, **{"rate": figures.rate, "bad share": bad, "rate by CPU": figures.received / busy})
        if "latency" in plan.cases and name in LATENCY_OF and case.key in LATENCY_CASES:
            paced = generate.udp(case, runs.port, path, min(plan.seconds, 2), rate=figures.rate * LOAD)
            results.add(name, case.key, **{"p50 at 70 %": paced.p50, "p99 at 70 %": paced.p99})
    static = CASES["static"]
    if static not in queries:
        return
    if "latency" in plan.cases:
        single = generate.udp(static, runs.port, queries[static], 1.0, sockets=1, window=1)
        results.add(name, "static", **{"round trip": single.p50})
    if "tcp" in plan.cases and name in TCP_OF:
        busy = runs.cpu_seconds()
        figures = generate.tcp(static, runs.port, queries[static], plan.seconds, CONNECTIONS, PIPELINED)
        busy = max(0.01, runs.cpu_seconds() - busy)
        say(f"{'tcp':14}{name:15}{figures.rate / 1e3:8.0f} k/s  bad {figures.bad_share:.2%}")
        results.add(name, "tcp", **{"rate": figures.rate, "bad share": figures.bad_share, "p99": figures.p99})
        results.add(name, "tcp", **{"rate by CPU": figures.received / busy})
    if "memory" in plan.cases and last:
        for what, mebibytes in runs.memory().items():
            results.add(name, "memory, MiB", **{what: mebibytes})
