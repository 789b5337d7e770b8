from __future__ import annotations

import itertools

import pytest

from core import errors
from core.errors import SettingProblem, SyncError
from core.model import Side
from core.report import EventNote, PairReport, Reason, Result, RunReport
from terminal.exit_codes import PRECEDENCE, ExitCode, first, of_problem, of_report, result_of
from tests.terminal.conftest import report

PROBLEMS: dict[ExitCode, list[BaseException]] = {
    ExitCode.SOME_FAILED: [
        errors.RefusedByOutlook("ErrorInvalidRequest"),
        errors.NotExpressible("rule"),
        errors.MalformedRow("e", "start"),
        errors.Stopped(),
    ],
    ExitCode.USAGE: [errors.SettingsInvalid("settings.toml", (SettingProblem("syntax"),))],
    ExitCode.SIGN_IN_NEEDED: [
        errors.SignInNeeded(Side.FEISHU),
        errors.SignInFailed(Side.OUTLOOK, "denied"),
    ],
    ExitCode.UNREACHABLE: [
        errors.Unreachable(Side.FEISHU, "dns"),
        errors.Throttled(Side.OUTLOOK, 60),
        errors.ServiceFailing(Side.OUTLOOK, 503),
        errors.CursorExpired(Side.FEISHU),
    ],
    ExitCode.HELD: [errors.DeletionsHeld("work", 3)],
    ExitCode.ALREADY_RUNNING: [errors.AlreadyRunning("/data")],
    ExitCode.NEEDS_PERSON: [
        errors.ConsentNeeded(Side.FEISHU, ("calendar:calendar:readonly",)),
        errors.AppMisconfigured(Side.FEISHU, "app_secret"),
        errors.WrongPerson(Side.FEISHU, "a", "b"),
        errors.AnotherInstallation("work"),
        errors.QuotaExhausted("2026-12-01"),
        errors.CalendarGone(Side.OUTLOOK, "Feishu", "deleted"),
        errors.MailboxUnavailable("none"),
        errors.VaultUnavailable("none"),
        errors.LedgerUnusable("damaged", "/data/ledger.sqlite3"),
        errors.ClockWrong(3600),
    ],
    ExitCode.FAULT: [ZeroDivisionError(), KeyError("x")],
}
RESULTS = {
    ExitCode.ALL_WELL: "ok",
    ExitCode.SOME_FAILED: "partial",
    ExitCode.USAGE: "failed",
    ExitCode.SIGN_IN_NEEDED: "sign-in-needed",
    ExitCode.UNREACHABLE: "unreachable",
    ExitCode.HELD: "held",
    ExitCode.ALREADY_RUNNING: "failed",
    ExitCode.NEEDS_PERSON: "needs-person",
    ExitCode.FAULT: "failed",
}
NOTE = EventNote("Dentist", "2026-11-26", Reason("refused by Outlook"))


@pytest.mark.parametrize(
    ("code", "problem"),
    [(code, problem) for code, problems in PROBLEMS.items() for problem in problems],
    ids=lambda part: type(part).__name__,
)
def test_every_problem_has_its_exit_code(code: ExitCode, problem: BaseException) -> None:
    assert of_problem(problem) is code


def test_no_error_was_forgotten_above() -> None:
    told = {type(problem) for problems in PROBLEMS.values() for problem in problems}
    families = {errors.NeedsPerson, errors.TryLater, errors.ItemFailed}
    assert {kind for family in families for kind in family.__subclasses__()} <= told
    assert set(SyncError.__subclasses__()) == families


def test_the_precedence_is_that_of_the_promise() -> None:
    assert [int(code) for code in PRECEDENCE] == [2, 6, 8, 7, 3, 4, 5, 1, 0]


@pytest.mark.parametrize(("higher", "lower"), list(itertools.combinations(PRECEDENCE[:-1], 2)))
def test_where_two_apply_the_higher_one_wins_in_whatever_order(higher: ExitCode, lower: ExitCode) -> None:
    pair = PROBLEMS[higher][0], PROBLEMS[lower][0]
    for problems in (pair, pair[::-1]):
        assert of_report(report(problems=problems)) is higher


def test_nothing_at_all_is_all_well() -> None:
    assert first([]) is ExitCode.ALL_WELL
    assert of_report(report()) is ExitCode.ALL_WELL


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (report(pairs=(PairReport("work", failed=(NOTE,)),)), ExitCode.SOME_FAILED),
        (report(pairs=(PairReport("work", held=1),)), ExitCode.HELD),
        (report(pairs=(PairReport("work", held=1, failed=(NOTE,)),)), ExitCode.HELD),
        (report(pairs=(PairReport("a"), PairReport("b", held=1))), ExitCode.HELD),
        (report(pairs=(PairReport("work", skipped=(NOTE,), deleted=3),)), ExitCode.ALL_WELL),
        (report(Result.FAILED), ExitCode.FAULT),
        (report(Result.PARTIAL), ExitCode.SOME_FAILED),
        (report(Result.HELD), ExitCode.HELD),
        (report(Result.UNREACHABLE), ExitCode.UNREACHABLE),
        (report(Result.SIGN_IN_NEEDED), ExitCode.SIGN_IN_NEEDED),
        (report(Result.NEEDS_PERSON), ExitCode.NEEDS_PERSON),
        (report(Result.FAILED, problems=tuple(PROBLEMS[ExitCode.USAGE])), ExitCode.USAGE),
        (report(Result.FAILED, problems=tuple(PROBLEMS[ExitCode.ALREADY_RUNNING])), ExitCode.ALREADY_RUNNING),
    ],
)
def test_what_a_report_says_counts_as_well(found: RunReport, code: ExitCode) -> None:
    assert of_report(found) is code


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_has_its_word_in_the_json_report(code: ExitCode) -> None:
    assert result_of(code).value == RESULTS[code]
