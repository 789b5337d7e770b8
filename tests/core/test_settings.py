"""What may stand in settings.toml, and how what may not is refused."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_type_hints

import pytest

from core.errors import SettingProblem, SettingsInvalid
from core.settings import (
    PairSettings,
    Settings,
)
from core.settings_file import default_text
from core.settings_reading import parse


def problems(text: str) -> tuple[SettingProblem, ...]:
    with pytest.raises(SettingsInvalid) as caught:
        parse(text, "settings.toml")
    return caught.value.problems


def problem(text: str) -> SettingProblem:
    (only,) = problems(text)
    return only


def test_the_text_for_a_new_file_says_exactly_the_defaults() -> None:
    assert parse(default_text(), "") == Settings()


def test_the_text_for_a_new_file_shows_every_key_there_is() -> None:
    shown = set(re.findall(r"^[# ]*(\w+) = ", default_text(), re.MULTILINE))
    sections = [*(cls for name, cls in get_type_hints(Settings).items() if name != "pairs"), PairSettings]
    assert shown == {field.name for section in sections for field in fields(section)}


def test_the_pair_in_the_text_for_a_new_file_says_the_defaults_too() -> None:
    uncommented = re.sub(r"^# (?=\[\[pairs|\w+ = )", "", default_text(), flags=re.MULTILINE)
    assert parse(uncommented, "").pairs == (PairSettings("work"),)


@pytest.mark.parametrize("text", ["[sync]\npush = true", "[sync]\ninterval_minutes = 1440"])
def test_what_is_allowed_is_accepted(text: str) -> None:
    parse(text, "")


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed"),
    [
        ("[sync]\ninterval_minutes = 0", "sync.interval_minutes", "0", "1–1440"),
        ("[sync]\ninterval_minutes = 1441", "sync.interval_minutes", "1441", "1–1440"),
        ("[sync]\nfuture_days = 0", "sync.future_days", "0", "1–1400"),
        ("[sync]\nfuture_days = 1401", "sync.future_days", "1401", "1–1400"),
        ("[sync]\npast_days = -1", "sync.past_days", "-1", "0–36500"),
        ('[sync]\nmax_deletions = "101%"', "sync.max_deletions", '"101%"', '"0%"–"100%"'),
        ('[sync]\nmax_deletions = "20"', "sync.max_deletions", '"20"', '"0%"–"100%"'),
        ("[feishu]\nredirect_ports = [0]", "feishu.redirect_ports", "[0]", "1–65535"),
        ("[feishu]\nredirect_ports = [65536]", "feishu.redirect_ports", "[65536]", "1–65535"),
        ("[feishu]\nredirect_ports = []", "feishu.redirect_ports", "[]", "not empty"),
        ('[feishu]\ncloud = "china"', "feishu.cloud", '"china"', '"feishu" | "lark" | "custom"'),
        ('[feishu]\napp_id = "cli 1"', "feishu.app_id", '"cli 1"', "without spaces"),
        ('[[pairs]]\nid = ""', "pairs[1].id", '""', "not empty"),
        ('[[pairs]]\nid = "a"\nreminders = -1', "pairs[a].reminders", "-1", None),
        ('[[pairs]]\nid = "a"\nreminders = "often"', "pairs[a].reminders", '"often"', None),
        ('[[pairs]]\nid = "a"\ntitle_exclude = ["(", "ok"]', "pairs[a].title_exclude", '["(", "ok"]', None),
        ('[[pairs]]\nid = "a"\ntitle_exclude = [""]', "pairs[a].title_exclude", '[""]', None),
        ('[outlook]\ntenant = ""', "outlook.tenant", '""', None),
        ('[outlook]\ntenant = "a/b"', "outlook.tenant", '"a/b"', None),
        ('[network]\nproxy = "socks5://h:1"', "network.proxy", '"socks5://h:1"', None),
        ('[network]\nproxy = "http://h"', "network.proxy", '"http://h"', None),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(
    text: str, key: str, value: str, allowed: str | None
) -> None:
    found = problem(text)

    assert (found.code, found.key, found.value) == ("value", key, value)
    assert found.allowed == allowed if allowed else found.allowed


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ('[sync]\ninterval_minutes = "5"', "sync.interval_minutes", "integer"),
        ("[sync]\ninterval_minutes = 5.0", "sync.interval_minutes", "integer"),
        ("[sync]\ninterval_minutes = true", "sync.interval_minutes", "integer"),
        ("[sync]\npush = 1", "sync.push", "true | false"),
        ("[feishu]\nredirect_ports = 5000", "feishu.redirect_ports", "[…]"),
        ('[feishu]\nredirect_ports = ["5000"]', "feishu.redirect_ports", "integer"),
        ("[feishu]\ncloud = 1", "feishu.cloud", '"feishu" | "lark" | "custom"'),
        ('[[pairs]]\nid = "a"\nreminders = true', "pairs[a].reminders", "string | integer"),
        ("[[pairs]]\nid = 1979-05-27", "pairs[1].id", "string"),
        ("feishu = 3", "feishu", "[feishu]"),
        ("[pairs]", "pairs", "[[pairs]]"),
        ("pairs = [1]", "pairs[1]", "[[pairs]]"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_right_type(text: str, key: str, allowed: str) -> None:
    found = problem(text)

    assert (found.code, found.key, found.allowed) == ("type", key, allowed)


def test_a_pair_needs_an_id() -> None:
    assert problem('[[pairs]]\nprivacy = "busy"') == SettingProblem("missing", "pairs[1].id", line=1)


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("[sync]\nintervall_minutes = 5", "sync.intervall_minutes", "interval_minutes"),
        ("[ui]\ninterval_minutes = 5", "ui.interval_minutes", "sync.interval_minutes"),
        ('[[pairs]]\nid = "a"\nprivat = "busy"', "pairs[a].privat", "privacy"),
        ("[outlok]", "outlok", "outlook"),
        ("[sync]\nxyzzy = 5", "sync.xyzzy", ""),
        ('[feishu]\napp_secret = "s3cret"', "feishu.app_secret", "secret feishu.app_secret"),
        ('[outlook]\nclient_secret = "s3cret"', "outlook.client_secret", "secret outlook.client_secret"),
        ('[feishu]\nuser_access_token = "s3cret"', "feishu.user_access_token", "secret feishu.app_secret"),
    ],
)
def test_an_unknown_key_is_refused_with_what_was_meant(text: str, key: str, suggestion: str) -> None:
    found = problem(text)

    assert (found.code, found.key, found.suggestion) == ("unknown key", key, suggestion)
    assert "s3cret" not in repr(found)


def test_two_pairs_of_one_id_are_refused() -> None:
    text = '[[pairs]]\nid = "a"\n\n[[pairs]]\nid = "a"\noutlook_calendar = "Other"'
    assert problem(text) == SettingProblem("duplicate id", "pairs", "a", line=4)


def test_two_pairs_with_the_same_two_calendars_are_refused() -> None:
    text = '[[pairs]]\nid = "a"\n\n[[pairs]]\nid = "b"\nfeishu_calendar = "primary"'
    assert problem(text) == SettingProblem("duplicate calendars", "pairs", "primary → Feishu", line=4)


def test_a_cloud_of_ones_own_needs_its_addresses() -> None:
    found = problems('[feishu]\ncloud = "custom"\n[outlook]\ncloud = "custom"\ngraph_url = "https://g"')
    assert [(p.code, p.key) for p in found] == [
        ("missing", "feishu.open_url"),
        ("missing", "feishu.accounts_url"),
        ("missing", "outlook.authority_url"),
    ]


def test_addresses_beside_a_known_cloud_are_refused() -> None:
    found = problem('[outlook]\ngraph_url = "https://g"')
    assert (found.code, found.key) == ("value", "outlook.graph_url")


@pytest.mark.parametrize(
    ("address", "is_accepted"),
    [
        ("https://open.example.com", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080/base", True),
        ("http://[::1]:8080", True),
        ("http://open.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://user:pass@open.example.com", False),
        ("https://open.example.com:99999", False),
        ("https://[::1", False),
        ("https://", False),
        ("open.example.com", False),
        ("ftp://open.example.com", False),
    ],
)
def test_secrets_are_sent_to_an_address_only_encrypted_or_inside_this_computer(
    address: str, is_accepted: bool
) -> None:
    text = f'[feishu]\ncloud = "custom"\nopen_url = "{address}"\naccounts_url = "https://a"'
    if is_accepted:
        assert parse(text, "").feishu.open_url == address
    else:
        assert problem(text).key == "feishu.open_url"


def test_a_password_in_an_address_is_not_repeated() -> None:
    found = problem('[network]\nproxy = "http://user:s3cret@proxy:8080"')
    assert (found.value, found.code) == ('"http://…@proxy:8080"', "value")


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    text = (
        '[sync]\npush = 1\n\n[[pairs]]\nid = "a"\nprivacy = "all"\n[ui]\ncolour = "red"\n[feishu]\ncloud = 2'
    )
    assert [(p.line, p.key) for p in problems(text)] == [
        (2, "sync.push"),
        (6, "pairs[a].privacy"),
        (8, "ui.colour"),
        (10, "feishu.cloud"),
    ]


def test_nesting_without_end_is_no_crash() -> None:
    assert problem("a = " + "[" * 100_000).code == "syntax"
