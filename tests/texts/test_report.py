from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.report import EventNote, PairReport, Reason, Result, RunReport
from core.settings import InterfaceLanguage, Settings, SyncSettings, TextLanguage
from texts import language, report
from texts.report import State

NOW = datetime(2026, 11, 25, 14, 32).astimezone()  # half past two where this computer is
NOTE = EventNote("Dentist", "2026-11-26", Reason("declined"))


def _report(*pairs: PairReport, result: Result = Result.OK) -> RunReport:
    return RunReport(result, started=NOW, finished=NOW, pairs=pairs)


def test_the_summary_adds_up_the_pairs_and_leaves_out_what_is_zero() -> None:
    both = _report(PairReport("work", created=2, updated=1), PairReport("home", created=1, deleted=1))
    assert report.summary(both) == "3 added, 1 updated, 1 removed"


def test_the_summary_names_what_is_held_and_what_failed() -> None:
    assert report.summary(_report(PairReport("work", held=34, failed=(NOTE,)))) == "34 held, 1 failed"


def test_the_summary_of_a_run_that_changed_nothing_says_so() -> None:
    assert report.summary(_report(PairReport("work", unchanged=40, skipped=(NOTE,)))) == "nothing to change"


def test_the_summary_in_chinese() -> None:
    language.choose(InterfaceLanguage.CHINESE)
    assert report.summary(_report(PairReport("work", created=3, updated=1))) == "新增 3 个，更新 1 个"


def test_the_outcome_of_a_run_without_pairs_is_its_result_alone() -> None:
    assert report.outcome(_report(PairReport("work", created=3))) == "all well: 3 added"
    assert report.outcome(_report(result=Result.FAILED)) == "failed"


def test_the_status_line_says_state_last_next_and_skipped() -> None:
    line = report.status_line(
        State.UP_TO_DATE, now=NOW, last=NOW, next_run=NOW + timedelta(minutes=5), skipped=2
    )
    assert line == "Feishu → Outlook: up to date · last 14:32 · next 14:37 · 2 skipped"


def test_the_status_line_of_a_pause_says_until_when_and_no_next_run() -> None:
    until = NOW + timedelta(hours=1, minutes=28)
    line = report.status_line(State.PAUSED, now=NOW, last=NOW, next_run=until, paused_until=until)
    assert line == "Feishu → Outlook: paused until 16:00 · last 14:32"


def test_a_pause_without_end_lasts_until_the_person_resumes() -> None:
    assert report.paused(datetime.max.replace(tzinfo=UTC), now=NOW) == "paused until you resume"


def test_times_of_another_day_come_with_their_date() -> None:
    assert report.moment(NOW + timedelta(hours=9), now=NOW) == "23:32"
    assert report.moment(NOW + timedelta(hours=10), now=NOW) == "2026-11-26 00:32"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"), (1.2, "1 second"), (45, "45 seconds"), (89, "89 seconds"), (90, "2 minutes"),
        (300, "5 minutes"), (5400, "2 hours"), (7200, "2 hours"), (86400, "24 hours"), (172800, "2 days"),
    ],
)  # fmt: skip
def test_durations_are_told_in_one_unit(seconds: float, words: str) -> None:
    assert report.duration(seconds) == words


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2026-11-25", "2026-11-25"),
        ("2026-11-25T14:00:00+08:00", "2026-11-25 14:00"),
        ("2026-11-25T14:00:00", "2026-11-25 14:00"),
        ("", ""),
        ("some day", "some day"),
    ],
)
def test_starts_of_events_are_shortened(iso: str, words: str) -> None:
    assert report.event_start(iso) == words


def test_every_result_leads_to_a_state_and_a_word(each_language: TextLanguage) -> None:
    for result in Result:
        assert report.state_after(_report(result=result)) in State
        assert report.result(_report(result=result))
    assert report.state_after(_report(result=Result.UNREACHABLE)) is State.OFFLINE
    assert report.state_after(_report(result=Result.HELD)) is State.NEEDS_YOU
    assert report.state_after(_report(result=Result.PARTIAL)) is State.UP_TO_DATE


def test_push_is_accepted_and_said_to_be_polling() -> None:
    asked = Settings(sync=SyncSettings(push=True, interval_minutes=7))
    assert ["every 7 minutes" in sentence for sentence in report.waived(asked)] == [True]
    assert report.waived(Settings()) == ()
