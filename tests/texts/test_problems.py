from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest

from core import errors
from core.errors import (
    AppMisconfigured,
    CalendarGone,
    ConsentNeeded,
    DeletionsHeld,
    LedgerUnusable,
    MailboxUnavailable,
    QuotaExhausted,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    SyncError,
    Unreachable,
    VaultUnavailable,
)
from core.model import Side
from core.settings import InterfaceLanguage, TextLanguage
from texts import language
from texts.problems import TABLE, Problem, calendar, computer, describe, registration, settings, sign_in

FACTS: dict[str, object] = {
    "Side": Side.FEISHU,
    "str": "zyx",
    "int": 7,
    "float": 90.0,
    "bool": False,
    "tuple[str, ...]": ("calendar:calendar:readonly",),
    "tuple[SettingProblem, ...]": (SettingProblem("unknown key", key="sync.intervall"),),
}


def _all(kind: type[SyncError] = SyncError) -> Iterator[type[SyncError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _all(child)


KINDS = [kind for kind in _all() if dataclasses.is_dataclass(kind)]


def _example(kind: type[Any], **facts: object) -> Any:
    return kind(**{field.name: FACTS[str(field.type)] for field in dataclasses.fields(kind)} | facts)


def _documented(kind: type[Any], fact: str) -> list[str]:
    """The values that core/errors.py names for a fact, in quotation marks behind its name."""
    text = (kind.__doc__ or "").partition(f"`{fact}`")[2]
    return re.findall(r'"([a-z_ ]+)"', text)


def _assert_whole(problem: Problem) -> None:
    for sentence in (problem.title, problem.meaning, problem.remedy):
        assert sentence
        assert not re.search(r"[{}]", sentence), f"not filled in: {sentence}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_own_sentences(kind: type[SyncError], each_language: TextLanguage) -> None:
    problem = describe(_example(kind))
    _assert_whole(problem)
    assert kind in TABLE
    if each_language is TextLanguage.CHINESE:
        assert all(re.search(r"[一-鿿]", part) for part in (problem.title, problem.meaning, problem.remedy))


def test_only_errors_that_exist_have_sentences() -> None:
    assert set(TABLE) == set(KINDS)


VALUES: dict[type[SyncError], tuple[str, set[str]]] = {
    SignInFailed: ("why", {*sign_in.WHY, "refused"}),
    VaultUnavailable: ("why", set(computer.VAULT)),
    LedgerUnusable: ("why", set(computer.LEDGER)),
    Unreachable: ("why", set(computer.UNREACHABLE)),
    CalendarGone: ("why", set(calendar.GONE)),
    MailboxUnavailable: ("why", set(calendar.MAILBOX)),
    AppMisconfigured: ("what", {*registration.FEISHU, *registration.MICROSOFT, *registration.EITHER}),
}


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_every_documented_value_has_a_sentence_of_its_own(
    kind: type[SyncError], each_language: TextLanguage
) -> None:
    fact, known = VALUES[kind]
    documented = _documented(kind, fact) or re.findall(r'"([a-z_ ]+)"', kind.__doc__ or "")
    assert documented
    assert set(documented) == known
    for value in documented:
        _assert_whole(describe(_example(kind, **{fact: value})))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("what", [*_documented(AppMisconfigured, "what"), "something new"])
def test_every_fault_of_a_registration_can_be_told_of_either_side(side: Side, what: str) -> None:
    _assert_whole(describe(AppMisconfigured(side, what, "feishu.app_id")))


def test_every_documented_problem_of_a_setting_has_a_sentence(each_language: TextLanguage) -> None:
    documented = set(re.findall(r'"([a-z ]+)"', SettingProblem.__doc__ or ""))
    assert documented == set(settings.SENTENCES)
    for code in documented:
        assert not re.search(r"[{}]", settings.setting_problem(SettingProblem(code)))


def test_all_wrong_settings_are_listed_with_file_key_value_and_what_is_allowed() -> None:
    error = SettingsInvalid(
        "/home/li/settings.toml",
        (
            SettingProblem(
                "value",
                key="sync.interval_minutes",
                value="0",
                allowed="a whole number from 1 to 1440",
                line=12,
            ),
            SettingProblem("unknown key", key="sync.intervall", suggestion="sync.interval_minutes"),
        ),
    )
    title, first, second = describe(error).title.splitlines()
    assert title == "2 settings can’t be used in /home/li/settings.toml:"
    assert first == "line 12: “sync.interval_minutes” is 0, but must be a whole number from 1 to 1440"
    assert second == "there is no setting “sync.intervall” – did you mean “sync.interval_minutes”?"


def test_the_words_that_scripts_look_for_are_in_the_english_messages() -> None:
    for why in computer.VAULT:
        assert "keyring" in f"{describe(VaultUnavailable(why))}"
    for limit in (0, 1000):
        assert "quota" in describe(QuotaExhausted("2026-12-01", limit)).title
    assert "held" in describe(DeletionsHeld("work", 1)).title
    assert "held" in describe(DeletionsHeld("work", 34)).title


CODES = [
    (SignInFailed(Side.FEISHU, "refused", "20029"), "redirect URL", "Security Settings"),
    (SignInFailed(Side.FEISHU, "refused", "20027"), "may not read calendars", "Permissions & Scopes"),
    (SignInFailed(Side.FEISHU, "refused", "20010"), "not among the people", "availability range"),
    (SignInFailed(Side.FEISHU, "refused", "20002"), "App Secret is wrong", "Credentials & Basic Info"),
    (SignInFailed(Side.FEISHU, "refused", "20048"), "App ID", "Lark"),
    (SignInNeeded(Side.FEISHU, "20037"), "has ended", "Sign in to Feishu again"),
    (SignInNeeded(Side.FEISHU, "20074"), "may not renew", "Refresh user_access_token"),
    (SignInFailed(Side.FEISHU, "refused", "20066"), "frozen", "administrator"),
    (SignInFailed(Side.OUTLOOK, "refused", "AADSTS50011"), "redirect URL", "http://localhost"),
    (SignInFailed(Side.OUTLOOK, "refused", "7000215"), "wrong or has expired", "Certificates & secrets"),
    (
        AppMisconfigured(Side.OUTLOOK, "client_secret", "7000218"),
        "wants a Client Secret",
        "Allow public client flows",
    ),
    (AppMisconfigured(Side.OUTLOOK, "client_secret", "AADSTS700025"), "takes no Client Secret", "Remove"),
    (SignInFailed(Side.OUTLOOK, "refused", "50194"), "tenant", "common"),
    (SignInFailed(Side.OUTLOOK, "refused", "65004"), "refused on Microsoft’s page", "allow the access"),
    (SignInFailed(Side.OUTLOOK, "refused", "90094"), "permission is missing", "administrator"),
    (SignInNeeded(Side.OUTLOOK, "700082"), "has ended", "Sign in to Microsoft again"),
    (SignInNeeded(Side.OUTLOOK, "53003"), "Conditional Access", "53003"),
    (
        SignInFailed(Side.OUTLOOK, "refused", "access_denied"),
        "refused on Microsoft’s page",
        "allow the access",
    ),
    (SignInFailed(Side.OUTLOOK, "refused", "consent_required"), "permission is missing", "allow everything"),
    (SignInFailed(Side.OUTLOOK, "refused", "99999999"), "99999999", "Sign in to Microsoft again"),
]


@pytest.mark.parametrize(("error", "title", "remedy"), CODES, ids=lambda part: getattr(part, "code", None))
def test_known_codes_of_the_services_say_what_to_change_where(
    error: SyncError, title: str, remedy: str
) -> None:
    problem = describe(error)
    assert title in problem.title
    assert remedy in problem.remedy


@pytest.mark.parametrize("side", Side)
def test_every_code_in_the_tables_makes_whole_sentences(side: Side, each_language: TextLanguage) -> None:
    for code in [*sign_in.CODES[side], *registration.CODES[side], *sign_in.CONSENT, *sign_in.ADMIN_CONSENT]:
        _assert_whole(describe(SignInFailed(side, "refused", code)))
        _assert_whole(describe(SignInNeeded(side, code)))


@pytest.mark.parametrize("side", Side)
def test_codes_of_a_wrong_registration_lead_to_words_that_exist(side: Side) -> None:
    words = registration.FEISHU if side is Side.FEISHU else registration.MICROSOFT
    assert set(registration.CODES[side].values()) <= set(words) | set(registration.EITHER)


def test_a_missing_permission_is_named_and_the_link_is_passed_on() -> None:
    problem = describe(
        ConsentNeeded(Side.OUTLOOK, ("Calendars.ReadWrite",), by_admin=True, link="https://x.example/consent")
    )
    assert "Calendars.ReadWrite" in problem.title
    assert "administrator" in problem.remedy
    assert problem.link == "https://x.example/consent"


def test_anything_that_is_no_sync_error_is_a_fault_of_ours() -> None:
    problem = describe(ZeroDivisionError("division by zero"))
    assert problem.title == "A fault of this program: ZeroDivisionError"
    assert "log file" in problem.remedy


def test_an_error_that_is_derived_from_a_known_one_is_told_like_it() -> None:
    class Special(errors.ClockWrong):
        pass

    assert describe(Special(7200)).title == "This computer’s clock is fast by 2 hours"
    assert describe(Special(-7200)).title == "This computer’s clock is slow by 2 hours"


def test_problems_are_told_in_the_language_of_the_moment() -> None:
    error = SignInNeeded(Side.FEISHU)
    assert describe(error).title == "You are not signed in to Feishu"
    language.choose(InterfaceLanguage.CHINESE)
    assert describe(error).title == "尚未登录飞书"
