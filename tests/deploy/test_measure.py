"""The script for pages: what it measures is what a node takes, with a pass and without."""

import json
import subprocess
from pathlib import Path

import pytest

from gslb.control import mac_of, posted

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "measure.js"
TOKEN, WALL = b"token-of-the-shop-0123456789", 1_000_000.0
REGIONS = {"eu-west": "https://eu.example.com/empty", "us-east": "https://us.example.com/empty?x=1"}
DRIVER = """
const {measure} = require(process.argv[1]);
const settings = JSON.parse(process.argv[2]);
const slow = {eu: [300, 21, 18.304, 25], us: [500, 95, 92, 99], gone: []};
let clock = 0;
const asked = [];
measure({
  ...settings,
  now: () => clock,
  get: async (url, options) => {
    asked.push([url, options.cache, options.credentials]);
    const taken = slow[url.match(/\\/\\/(\\w+)/)[1]].shift();
    if (taken === undefined) throw new Error("no answer");
    clock += taken;
  },
  send: (url, text) => console.log(JSON.stringify({url, text, asked})),
});
"""


def run(**settings: object) -> dict:
    command = ["node", "-e", DRIVER, str(SCRIPT), json.dumps({"regions": REGIONS, "post": "/latency"} | settings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return json.loads(done.stdout)


def taken(text: str, bearer: bytes | None) -> dict[str, float]:
    found = posted(text.encode(), bearer, TOKEN, "203.0.113.7", REGIONS.keys(), WALL)
    return {one.region: one.milliseconds for one in found.samples}


def test_the_least_of_the_fetches_after_the_first_is_what_a_node_takes():
    sent = run()

    assert sent["url"] == "/latency"
    assert taken(sent["text"], TOKEN) == {"eu-west": 18.3, "us-east": 92}


def test_with_a_pass_it_may_go_to_the_node_itself():
    until = int(WALL) + 60
    sent = run(**{"pass": {"client": "203.0.113.7", "until": until, "mac": mac_of(TOKEN, "203.0.113.7", until)}})

    assert taken(sent["text"], None) == {"eu-west": 18.3, "us-east": 92}


def test_a_region_that_does_not_answer_is_left_out():
    sent = run(regions=REGIONS | {"lost": "https://gone.example.com/empty"})

    assert taken(sent["text"], TOKEN).keys() == REGIONS.keys()


@pytest.mark.parametrize("region", list(REGIONS))
def test_nothing_comes_from_a_cache_and_no_cookie_goes_along(region):
    asked = [(url, cache, credentials) for url, cache, credentials in run()["asked"] if url.startswith(REGIONS[region])]

    assert len({url for url, _, _ in asked}) == 4
    assert {(cache, credentials) for _, cache, credentials in asked} == {("no-store", "omit")}
