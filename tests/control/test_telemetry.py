"""Metrics: every one in the table is told, with exactly its labels, and nothing in a value can break the text."""

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from gslb.control.telemetry import TABLE, Kind, ProbeTimes, Scrape, exposition
from gslb.health import Override, Standing, Verdict
from gslb.image import CounterLabel, EngineCounter
from gslb.model import Check
from gslb.nameserver import Belief

HOSTILE = 'a"b\\c\nd{e="f"} 1'


def scrape(reason="200 OK in 2 ms"):
    verdict = Verdict(Check("ready", "web/eu", "192.0.2.1"), up=True, since=5.0, reason=reason, votes=(3, 1))
    override = Override("web/eu", Standing.DRAIN, "CHG-1", "ops", 1.0)
    engine = [0] * EngineCounter.END
    engine[EngineCounter.RECEIVED] = 9
    engine[EngineCounter.ANSWERED_TCP + 3] = 2
    labels = [
        CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", "web/eu"),
        CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", "web/us"),
        CounterLabel("example.com.", "other", "NXDOMAIN"),
    ]
    return Scrape(
        engine=engine,
        zones=((labels, [5, 2, 1]), (labels, [1, 0, 0])),
        belief=Belief(generation=7, verdicts={verdict.check: verdict}, overrides={"web/eu": override}),
        age=1.5,
        reloads={"applied": 2, "refused": 1},
        probes=(ProbeTimes("ready", "ns1", ok=True, buckets=(("0.1", 3), ("+Inf", 4)), total=0.9),),
        workers=2,
    )


def families(of):
    return {family.name: family for family in parsed(exposition(of).decode())}


def value(of, metric, /, **labels):
    samples = [sample for family in families(of).values() for sample in family.samples]
    (found,) = [sample.value for sample in samples if sample.name == metric and sample.labels == labels]
    return found


def test_every_metric_of_the_table_is_told_with_its_labels_and_help():
    found = families(scrape())

    assert set(found) == set(TABLE)
    for name, told in TABLE.items():
        assert found[name].documentation == told.help
        assert found[name].type == told.kind.value
        for sample in found[name].samples:
            assert set(sample.labels) - {"le"} == set(told.labels), sample


@pytest.mark.parametrize("told", TABLE.values(), ids=lambda told: told.name)
def test_every_metric_has_a_sentence_for_help_and_our_prefix(told):
    assert told.name.startswith("gslb_")
    assert told.help.endswith(".")
    assert not (told.kind is Kind.COUNTER and told.name.endswith("_total"))


def test_counts_of_several_images_and_names_are_summed():
    assert value(scrape(), "gslb_queries_total", zone="example.com.", type="A", rcode="NOERROR") == 8
    assert value(scrape(), "gslb_queries_total", zone="example.com.", type="other", rcode="NXDOMAIN") == 1
    assert value(scrape(), "gslb_answers_total", name="www.example.com.", type="A", endpoint="web/eu") == 6


def test_transports_verdicts_words_and_reloads_are_told():
    about = {"monitor": "ready", "endpoint": "web/eu", "address": "192.0.2.1"}

    assert value(scrape(), "gslb_packets_received_total") == 9
    assert value(scrape(), "gslb_responses_total", transport="tcp", rcode="NXDOMAIN") == 2
    assert value(scrape(), "gslb_verdict", **about, reason="200 OK") == 1, "no series for each time it took"
    assert value(scrape(), "gslb_verdict_votes", **about, vote="down") == 1
    assert value(scrape(), "gslb_overrides", path="web/eu", word="drain") == 1
    assert value(scrape(), "gslb_reloads_total", outcome="refused") == 1
    assert value(scrape(), "gslb_probe_seconds_count", monitor="ready", vantage="ns1", ok="true") == 4


def test_a_hostile_reason_stays_inside_its_quotes():
    about = {"monitor": "ready", "endpoint": "web/eu", "address": "192.0.2.1"}

    assert value(scrape(HOSTILE), "gslb_verdict", **about, reason=HOSTILE) == 1


def test_before_the_first_publication_there_is_still_something_to_scrape():
    assert value(Scrape(), "gslb_workers") == 0
