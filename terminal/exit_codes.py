"""What the program ends with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from core.errors import (
    AlreadyRunning,
    DeletionsHeld,
    ItemFailed,
    NeedsPerson,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    Stopped,
    TryLater,
)
from core.report import Result, RunReport


class ExitCode(IntEnum):
    ALL_WELL = 0
    SOME_FAILED = 1
    USAGE = 2
    SIGN_IN_NEEDED = 3
    UNREACHABLE = 4
    HELD = 5
    ALREADY_RUNNING = 6
    NEEDS_PERSON = 7
    FAULT = 8


PRECEDENCE = tuple(ExitCode(number) for number in (2, 6, 8, 7, 3, 4, 5, 1, 0))
"""Where several apply, the first of these."""

_OF_RESULT = {
    Result.OK: ExitCode.ALL_WELL,
    Result.PARTIAL: ExitCode.SOME_FAILED,
    Result.HELD: ExitCode.HELD,
    Result.SIGN_IN_NEEDED: ExitCode.SIGN_IN_NEEDED,
    Result.UNREACHABLE: ExitCode.UNREACHABLE,
    Result.NEEDS_PERSON: ExitCode.NEEDS_PERSON,
    Result.FAILED: ExitCode.FAULT,
}
_TO_RESULT = {code: result for result, code in _OF_RESULT.items()} | {
    ExitCode.USAGE: Result.FAILED,
    ExitCode.ALREADY_RUNNING: Result.FAILED,
}


def first(codes: Iterable[ExitCode]) -> ExitCode:
    return min(codes, key=PRECEDENCE.index, default=ExitCode.ALL_WELL)


def of_problem(error: BaseException) -> ExitCode:
    match error:
        case SettingsInvalid():
            return ExitCode.USAGE
        case AlreadyRunning():
            return ExitCode.ALREADY_RUNNING
        case SignInNeeded() | SignInFailed():
            return ExitCode.SIGN_IN_NEEDED
        case DeletionsHeld():
            return ExitCode.HELD
        case NeedsPerson():
            return ExitCode.NEEDS_PERSON
        case Stopped() | ItemFailed():
            return ExitCode.SOME_FAILED
        case TryLater():
            return ExitCode.UNREACHABLE
        case _:
            return ExitCode.FAULT


def of_report(report: RunReport) -> ExitCode:
    codes = {_OF_RESULT[report.result], *map(of_problem, report.problems)}
    if any(pair.held for pair in report.pairs):
        codes.add(ExitCode.HELD)
    if any(pair.failed for pair in report.pairs):
        codes.add(ExitCode.SOME_FAILED)
    return first(codes)


def result_of(code: ExitCode) -> Result:
    """The word for `code` in a JSON report: a refused run (2, 6, 8) has failed."""
    return _TO_RESULT[code]
