"""`notify:` as written: webhooks, secrets, programs, and every way to write one wrong."""

import pytest

from gslb.config import full
from gslb.model import Occasion, Secret
from kit.language import expect, model, source


def recipients(lines, before=""):
    return model(f"gslb: 1\n{before}notify:\n{lines}").notify.recipients


def test_a_webhook_is_a_url_or_where_one_is_kept():
    plain, kept = recipients("  - {to: 'https://hooks.example.net/T0/secret'}\n  - {to: file:/etc/gslb/slack.url}\n")

    assert (plain.name, plain.url) == ("hooks.example.net", "https://hooks.example.net/T0/secret")
    assert (kept.name, kept.url, kept.secret) == ("file:/etc/gslb/slack.url", "", Secret("file", "/etc/gslb/slack.url"))
    assert kept.occasions == tuple(Occasion)


def test_one_recipient_needs_no_list():
    (one,) = recipients("  {to: env:HOOK, on: [failover, all_down, failover]}\n")

    assert one.occasions == (Occasion.FAILOVER, Occasion.ALL_DOWN)


def test_a_program_with_its_words():
    (one,) = recipients("  {command: [/usr/local/bin/page, --team, edge], on: failover}\n", "probes: {exec: allow}\n")

    assert one.command == ("/usr/local/bin/page", "--team", "edge")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("§{on: failover}", "to: or command: says who is told | write to: file:/etc/gslb/webhook.url"),
        ("§{to: env:A, command: /b}", "to: or command: says who is told | write to: file:/etc/gslb/webhook.url"),
        ("{to: §hooks.example.net}", "to: a secret is never written here | write file:PATH or env:NAME"),
        ("{to: §https:///x}", "to: https:///x is no URL to post to | write https://HOST/PATH"),
        ("{to: §http://u:p@h/}", "to: http://u:p@h/ is no URL to post to | write https://HOST/PATH"),
        (
            "{to: env:A, on: [§pages]}",
            f"on: pages is unknown | write {' or '.join(one.value for one in Occasion)}",
        ),
        ("{to: env:A, §when: now}", "unknown key when | known: to, command, on"),
    ],
    ids=["nobody", "both", "bare host", "no host", "password", "occasion", "key"],
)
def test_what_is_written_wrong_is_told(line, message):
    expect(f"gslb: 1\nnotify:\n  - {line}\n", message)


def test_programs_have_a_whole_path_and_have_to_be_allowed():
    expect(
        "gslb: 1\nnotify:\n  - §{command: [/bin/page]}\n",
        "/bin/page: programs are not started | "
        "write probes: {exec: allow} if whoever can write here may run programs on this machine",
    )
    expect(
        "gslb: 1\nprobes: {exec: allow}\nnotify:\n  - {command: [§page]}\n",
        "a program is named by its whole path | write command: [/usr/local/bin/page]",
    )


def test_nobody_is_told_twice():
    expect(
        "gslb: 1\nnotify:\n  - {to: env:A, on: failover}\n  - §{to: env:A, on: latched}\n",
        "env:A is told already | write all occasions under one on:",
    )


def test_who_is_told_is_shown_without_any_secret():
    text = "gslb: 1\nnotify:\n  - {to: 'https://hooks.example.net/T0/secret', on: [failover, latched]}\n"
    shown = full(source(text), "notify")

    assert "hooks.example.net  failover, latched" in shown
    assert "test.yaml" not in shown or ":3:" in shown
    assert "secret" not in shown
