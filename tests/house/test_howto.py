"""What the how-tos say is so: their configurations load, and `dig` would show what they show."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from gslb.config import load
from kit.worlds import all_up, ask, query, texts, world

HOWTO = Path(__file__).parents[2] / "docs" / "howto"
POLICIES = (HOWTO / "policies.md").read_text()


def blocks(text, language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def shown(console):
    """Each command of a console block, and the lines under it."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, *lines = part.strip().split("\n")
        yield command, lines


@pytest.fixture(scope="module")
def view():
    from gslb.nameserver import View

    base, *steered = blocks(POLICIES, "yaml")
    of = world(base + "".join(steered))
    return View(of, all_up(of))


@pytest.mark.parametrize(
    ("command", "lines"), [each for console in blocks(POLICIES, "console") for each in shown(console)]
)
def test_dig_shows_what_the_policies_page_shows(view, command, lines):
    dig, _, _, _, name, *rest = shlex.split(command)
    subnet = next((word.removeprefix("+subnet=") for word in rest if word.startswith("+subnet=")), "")
    rdtype = next((word for word in rest if word.isupper()), "A")

    assert dig == "dig"
    assert sorted(texts(ask(view, query(name, rdtype, subnet), "127.0.0.1"))) == sorted(lines)


def test_every_policy_has_an_example():
    from gslb.config.policies import KINDS

    written = "\n".join(blocks(POLICIES, "yaml"))
    assert [kind for kind in KINDS.keys if kind != "policy" and f"{kind}: " not in written] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(textwrap.dedent(block), id=f"{page.stem}-{number}")
        for page in sorted(HOWTO.glob("*.md"))
        if page.stem != "policies"
        for number, block in enumerate(blocks(page.read_text(), "yaml"))
    ],
)
def test_every_other_example_loads(text):
    """A part of a file is completed with the one key that every file begins with."""
    whole = text if text.startswith("gslb:") else f"gslb: 1\n{text}"

    assert load("gslb.yaml", lambda _: whole, lambda _: ())
