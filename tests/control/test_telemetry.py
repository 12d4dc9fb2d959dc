"""What a scrape shows: every metric of the table, with its labels and nothing else, in text that parses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from gslb.caching.caches import Cache
from gslb.caching.tuning import Tuned
from gslb.control.balancing import Balancing
from gslb.control.telemetry import TABLE, Kind, LatencyFigures, ProbeTimes, Scrape, exposition, samples
from gslb.health import Absence, Lack, Override, Standing, Verdict
from gslb.image import CounterLabel, EngineCounter
from gslb.model import Auto, Check, Ttl
from gslb.nameserver import Belief
from gslb.policy import Carried, Memory

WWW = "www.example.com."
ZONES = (
    (
        [
            CounterLabel("example.com.", "other", "NXDOMAIN"),
            CounterLabel("example.com.", "A", "NOERROR", WWW, "web/eu-west"),
            CounterLabel("example.com.", "A", "NOERROR", WWW, "web/us-east"),
            CounterLabel("example.com.", "A", "NOERROR", WWW, ""),
        ],
        [5, 10, 20, 1],
    ),
    ([CounterLabel("example.com.", "other", "NXDOMAIN")], [2]),
)
BELIEF = Belief(
    epoch=2,
    generation=7,
    verdicts={
        Check("ready", "web/eu-west", "192.0.2.1"): Verdict(
            Check("ready", "web/eu-west", "192.0.2.1"), up=False, since=1_700_000_000.0, reason="timeout", votes=(1, 2)
        ),
        Check("beat"): Verdict(Check("beat"), up=True, since=1_700_000_100.0, reason="heartbeat", votes=(1, 0)),
        Check("new"): Verdict(Check("new"), up=False, since=0.0, reason="not observed yet", known=False),
    },
    overrides={"web": Override("web", Standing.DRAIN, "CHG-1", "ada", 1.0)},
    absences={"eu": Absence("eu", Lack.SILENT, "never heard")},
    memory=Memory(loads={"feed.example.com.|web/eu-west": Carried(0.6, 0.91)}),
)
PROBES = (ProbeTimes("ready", "ns1", ok=True, buckets=(("0.01", 3), ("0.1", 4), ("+Inf", 5)), total=0.75),)


def engine(**counts):
    """An engine's counters by name."""
    block = [0] * EngineCounter.END
    for name, count in counts.items():
        block[EngineCounter[name]] = count
    return block


COUNTS = engine(
    RECEIVED=100,
    DROPPED=1,
    OVERSIZED=2,
    QUEUE_FULL=3,
    FORWARDED=4,
    TRUNCATED=5,
    SEND_FAILED=6,
    REFRESH_FAILED=7,
    FAULTS=8,
    AGED=11,
    CROWDED=12,
    FAILED=13,
    TCP_ACCEPTED=14,
    TCP_NOT_ACCEPTED=15,
    TCP_EVICTED=16,
    TCP_IDLE=17,
    TCP_SLOW=18,
    TCP_GARBAGE=19,
)
COUNTS[EngineCounter.ANSWERED_UDP] = 60
COUNTS[EngineCounter.ANSWERED_UDP + 3] = 30
COUNTS[EngineCounter.ANSWERED_TCP + 12] = 9
TUNED = Tuned(Ttl(10, 300, Auto(60.0, 10.0)), 40, 14.0, (Cache(1.0, 41.0),), seen=1.5, alarm="both cannot hold")
FIXED = Tuned(Ttl(30, 30), 30, 14.0, (Cache(1.0, 41.0),), seen=1.5)
FULL = Scrape(
    engine=COUNTS,
    zones=ZONES,
    belief=BELIEF,
    age=1.5,
    reloads={"applied": 2, "refused": 1},
    probes=PROBES,
    workers=2,
    demand={"eu-west": 710.0, "us-east": 5.0},
    capacity={"eu-west": 1_000.0},
    ttls={WWW: TUNED, "fixed.example.com.": FIXED, "new.example.com.": Tuned(TUNED.bounds, 46, None)},
    available={("www.example.com.", "day"): 0.999},
    balancers=(Balancing("edge/eu-west", "web/eu-west", 0.4, 3, 4, 1630.0, 2.0, 0.91),),
    notified={("hooks.example.net", "sent"): 3},
    latency=LatencyFigures({"balancer": 7, "application": 3}, 5, 12, 4, 1_000_000.0),
)


def families(scrape):
    return {family.name: family for family in text_string_to_metric_families(exposition(scrape).decode())}


def value(scrape, name, labels):
    """The one sample with these labels."""
    (found,) = [
        sample.value
        for family in families(scrape).values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    return found


def test_every_metric_of_the_table_is_shown_with_its_help_kind_and_labels_and_no_other_is():
    found = families(FULL)

    assert found.keys() == TABLE.keys()
    for told in TABLE.values():
        family = found[told.name]
        assert family.documentation == told.help
        assert family.type == told.kind.value
        assert family.samples, f"{told.name} has no sample"
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(told.labels)


def test_a_node_that_has_just_started_shows_what_it_has():
    found = families(Scrape())

    assert "gslb_workers" in found
    assert {name for name, family in found.items() if family.samples} == {"gslb_workers"}


@pytest.mark.parametrize(
    ("name", "labels", "count"),
    [
        ("gslb_queries_total", {"zone": "example.com.", "type": "A", "rcode": "NOERROR"}, 31),
        ("gslb_queries_total", {"zone": "example.com.", "type": "other", "rcode": "NXDOMAIN"}, 7),
        ("gslb_answers_total", {"name": WWW, "type": "A", "endpoint": "web/us-east"}, 20),
        ("gslb_answers_total", {"name": WWW, "type": "A", "endpoint": ""}, 1),
        ("gslb_responses_total", {"transport": "udp", "rcode": "NOERROR"}, 60),
        ("gslb_responses_total", {"transport": "udp", "rcode": "NXDOMAIN"}, 30),
        ("gslb_responses_total", {"transport": "tcp", "rcode": "12"}, 9),
        ("gslb_packets_received_total", {}, 100),
        ("gslb_latency_samples_total", {"source": "balancer"}, 7),
        ("gslb_latency_prefixes", {}, 5),
        ("gslb_latency_rows", {}, 4),
        ("gslb_latency_latest_seconds", {}, 1_000_000.0),
        ("gslb_dropped_total", {"reason": "not_a_query"}, 1),
        ("gslb_dropped_total", {"reason": "oversized"}, 2),
        ("gslb_dropped_total", {"reason": "queue_full"}, 3),
        ("gslb_dropped_total", {"reason": "aged"}, 11),
        ("gslb_dropped_total", {"reason": "crowded"}, 12),
        ("gslb_failed_total", {}, 13),
        ("gslb_tcp_accepted_total", {}, 14),
        ("gslb_tcp_not_accepted_total", {}, 15),
        ("gslb_tcp_closed_total", {"reason": "evicted"}, 16),
        ("gslb_tcp_closed_total", {"reason": "idle"}, 17),
        ("gslb_tcp_closed_total", {"reason": "slow"}, 18),
        ("gslb_tcp_closed_total", {"reason": "garbage"}, 19),
        ("gslb_forwarded_total", {}, 4),
        ("gslb_truncated_total", {}, 5),
        ("gslb_send_failed_total", {}, 6),
        ("gslb_refresh_failed_total", {}, 7),
        ("gslb_faults_total", {}, 8),
        (
            "gslb_verdict",
            {"monitor": "ready", "endpoint": "web/eu-west", "address": "192.0.2.1", "reason": "timeout"},
            0,
        ),
        ("gslb_verdict", {"monitor": "beat", "endpoint": "", "address": "", "reason": "heartbeat"}, 1),
        (
            "gslb_verdict_votes",
            {"monitor": "ready", "endpoint": "web/eu-west", "address": "192.0.2.1", "vote": "down"},
            2,
        ),
        (
            "gslb_verdict_changed_seconds",
            {"monitor": "ready", "endpoint": "web/eu-west", "address": "192.0.2.1"},
            1_700_000_000,
        ),
        ("gslb_overrides", {"path": "web", "word": "drain"}, 1),
        ("gslb_generation", {}, 7),
        ("gslb_generation_age_seconds", {}, 1.5),
        ("gslb_reloads_total", {"outcome": "refused"}, 1),
        ("gslb_workers", {}, 2),
        ("gslb_region_demand", {"region": "us-east"}, 5),
        ("gslb_region_utilisation", {"region": "eu-west"}, 0.71),
        ("gslb_probe_seconds_bucket", {"monitor": "ready", "vantage": "ns1", "ok": "true", "le": "0.1"}, 4),
        ("gslb_probe_seconds_count", {"monitor": "ready", "vantage": "ns1", "ok": "true"}, 5),
        ("gslb_probe_seconds_sum", {"monitor": "ready", "vantage": "ns1", "ok": "true"}, 0.75),
    ],
)
def test_a_sample_is_what_was_counted(name, labels, count):
    assert value(FULL, name, labels) == count


def test_what_was_never_observed_has_no_verdict():
    text = exposition(FULL).decode()

    assert 'monitor="new"' not in text


def test_every_rcode_of_a_header_has_a_name_of_its_own():
    counts = engine()
    counts[EngineCounter.ANSWERED_UDP : EngineCounter.ANSWERED_UDP + 16] = range(1, 17)
    found = families(Scrape(engine=counts))["gslb_responses"].samples

    assert sorted(sample.value for sample in found) == list(range(1, 17))
    assert len({sample.labels["rcode"] for sample in found}) == 16


@given(st.text())
def test_no_label_breaks_the_text(hostile):
    """Reasons come from servers that somebody else runs, names from whoever writes the configuration."""
    check = Check(hostile, f"web/{hostile}", hostile)
    belief = Belief(
        verdicts={check: Verdict(check, up=True, since=0.0, reason=hostile)},
        overrides={hostile: Override(hostile, Standing.OFF, "", "", 0.0)},
    )
    zones = (([CounterLabel(hostile, "A", "NOERROR", hostile or "x", hostile)], [1]),)
    probes = (ProbeTimes(hostile, hostile, ok=False, buckets=(("+Inf", 1),), total=0.5),)
    found = families(Scrape(zones=zones, belief=belief, probes=probes))

    shown = hostile.encode(errors="replace").decode()
    assert [sample.labels["reason"] for sample in found["gslb_verdict"].samples] == [shown]
    assert [sample.labels["path"] for sample in found["gslb_overrides"].samples] == [shown]
    assert len(found["gslb_probe_seconds"].samples) == 3


def test_a_metric_has_one_line_of_help_and_the_field_s_name():
    for told in TABLE.values():
        assert told.name.startswith("gslb_")
        assert told.help.endswith(".")
        assert "\n" not in told.help
        assert not told.name.endswith("_total"), "the kind says so"


def test_samples_name_only_what_stands_in_the_table():
    for name, found in samples(FULL):
        assert TABLE[name].kind is not Kind.HISTOGRAM
        for labels, _ in found:
            assert len(labels) == len(TABLE[name].labels)


def test_a_ttl_that_is_chosen_shows_what_it_comes_to_and_what_is_seen():
    def shown(name, **labels):
        return value(FULL, name, {"name": WWW} | labels)

    assert (shown("gslb_ttl_seconds"), shown("gslb_ttl_alarm")) == (40, 1)
    assert shown("gslb_ttl_queries", which="predicted") == pytest.approx(1.0)
    assert shown("gslb_ttl_queries", which="seen") == 1.5
    assert shown("gslb_ttl_recovery_seconds", client="worst") == 54
    assert shown("gslb_ttl_recovery_seconds", client="mean") == pytest.approx(14 + 40 / 41 * 20)


def test_nothing_is_shown_of_what_is_fixed_or_not_known():
    found = families(FULL)

    assert {sample.labels["name"] for sample in found["gslb_ttl_seconds"].samples} == {WWW, "new.example.com."}
    for name in ("gslb_ttl_queries", "gslb_ttl_recovery_seconds"):
        assert {sample.labels["name"] for sample in found[name].samples} == {WWW}
