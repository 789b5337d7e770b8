"""docs/troubleshooting*.md has a row for every sentence and every code with which a problem is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from core import errors
from core.errors import AppMisconfigured, CalendarGone, ConsentNeeded, SignInFailed, SignInNeeded, SyncError
from core.feishu import errors as feishu
from core.model import Side
from core.outlook import errors as outlook
from core.settings import InterfaceLanguage
from tests.docs.pages import named, page, tables
from tests.texts.test_problems import KINDS, _documented, _example
from texts import language
from texts.problems import describe, registration, sign_in

PAGES = {
    "troubleshooting.md": InterfaceLanguage.ENGLISH,
    "troubleshooting.zh_CN.md": InterfaceLanguage.CHINESE,
}
FACTS_THAT_TELL = ("why", "what")


def rows(name: str) -> list[tuple[re.Pattern[str], set[str]]]:
    """What the program shows, with the codes beside it. An ellipsis stands for a name or a number."""
    found = [row for table in tables(page(name)) for row in table if len(row) == 4]
    return [(re.compile(re.escape(row[0]).replace("…", ".+")), set(named(row[1]))) for row in found]


def codes_told() -> Iterator[tuple[Side, str]]:
    for side in Side:
        for code in {*registration.CODES[side], *sign_in.CODES[side]}:
            yield side, code
    for code in sign_in.CONSENT | sign_in.ADMIN_CONSENT | sign_in.DENIED:
        yield Side.OUTLOOK, code


def as_shown(side: Side, code: str) -> str:
    return f"AADSTS{code}" if side is Side.OUTLOOK and code.isdigit() else code


def problems() -> Iterator[SyncError]:
    """Each class, with everything that tells its cases apart, on either side."""
    for kind in KINDS:
        sides = Side if "side" in kind.__annotations__ else [None]
        for fact in [fact for fact in FACTS_THAT_TELL if fact in kind.__annotations__] or [""]:
            for value in _documented(kind, fact) or [""]:
                for side in sides:
                    facts: dict[str, object] = {"side": side} if side else {}
                    if kind is CalendarGone:
                        facts["pair"] = ""  # it is named behind the sentence
                    yield _example(kind, **facts, **({fact: value} if value else {}))
    yield errors.QuotaExhausted("2026-12-01")
    yield errors.ClockWrong(-7)
    yield from (SignInNeeded(side) for side in Side)
    yield ConsentNeeded(Side.OUTLOOK, ())


def sentence(error: Exception) -> str:
    return describe(error).title.splitlines()[0]


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    language.choose(PAGES[request.param])
    yield request.param
    language.choose(InterfaceLanguage.ENGLISH)


def test_every_problem_that_is_told_has_a_row(name: str) -> None:
    patterns = [pattern for pattern, _ in rows(name)]
    told = {sentence(error) for error in [*problems(), ValueError("a fault of ours")]}
    assert len(told) > 80
    assert {each for each in told if not any(pattern.fullmatch(each) for pattern in patterns)} == set()


def test_every_code_that_has_a_sentence_stands_beside_it(name: str) -> None:
    missing = []
    for side, code in codes_told():
        shown = as_shown(side, code)
        title = sentence(SignInFailed(side, "refused", shown))
        if not any(pattern.fullmatch(title) and shown in codes for pattern, codes in rows(name)):
            missing.append((shown, title))
    assert missing == []


def test_no_row_is_about_a_sentence_that_the_program_does_not_say(name: str) -> None:
    said = {sentence(error) for error in [*problems(), ValueError("a fault of ours")]}
    said |= {sentence(SignInFailed(side, "refused", as_shown(side, code))) for side, code in codes_told()}
    said |= {sentence(SignInFailed(Side.FEISHU, "refused", "1"))}
    never = [pattern.pattern for pattern, _ in rows(name) if not any(map(pattern.fullmatch, said))]
    assert never == []


def test_every_code_that_the_adapters_know_is_on_the_page(name: str) -> None:
    known = {str(code) for code in {*feishu._TABLE, *feishu.RESTRICTED_WITH_CURSOR, *feishu.TOKEN_REJECTED}}
    known |= {*outlook._MISCONFIGURED, *outlook._CONSENT, *outlook._ADMIN_CONSENT, *outlook._DECLINED}
    known |= {code.lower() for code in outlook._NO_MAILBOX | outlook._MAILBOX_FULL}
    there = {code for _, codes in rows(name) for each in codes for code in (each, each.lower())}
    assert len(known) > 70
    assert known - there == set()


def test_both_pages_have_the_same_rows() -> None:
    english, chinese = ([codes for _, codes in rows(name)] for name in PAGES)
    assert english == chinese


def test_an_ellipsis_hides_names_and_not_the_problem_itself() -> None:
    patterns = [pattern for pattern, _ in rows("troubleshooting.md")]
    language.choose(InterfaceLanguage.ENGLISH)
    for error in (AppMisconfigured(Side.FEISHU, "app_id"), CalendarGone(Side.FEISHU, "Team", "deleted")):
        assert sum(bool(pattern.fullmatch(sentence(error))) for pattern in patterns) == 1
