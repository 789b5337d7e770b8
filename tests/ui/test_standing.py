from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import DeletionsHeld, SignInNeeded, Stopped, Unreachable
from core.installation import Status
from core.model import Role, Side, SourceCalendarInfo
from core.report import Result
from core.settings import Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, report
from texts.report import State
from ui.messages import Overview
from ui.standing import attention_of, source_choices, tray_state
from ui.tray.state import FOR_EVER, STARTING, TrayState

SHOWN = Overview(READY, WEI, WEI_AT_OUTLOOK)
FINE = Status(WEI, WEI_AT_OUTLOOK, (), None, None, ())
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def state(
    shown: Overview = SHOWN,
    *,
    before: TrayState = STARTING,
    fault: Exception | None = None,
    next_run: datetime | None = None,
    **changes: object,
) -> TrayState:
    fields = {name: getattr(FINE, name) for name in Status.__slots__} | changes
    return tray_state(shown, Status(**fields), next_run=next_run, now=NOW, before=before, fault=fault)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (Result.OK, State.UP_TO_DATE),
        (Result.PARTIAL, State.UP_TO_DATE),
        (Result.UNREACHABLE, State.OFFLINE),
        (Result.FAILED, State.NEEDS_YOU),
    ],
)
def test_the_last_run_decides_where_nothing_needs_a_person(result: Result, expected: State):
    assert state(last_run=report(result)).kind is expected


def test_a_pause_goes_before_everything():
    paused = state(paused_until=FOR_EVER, attention=(DeletionsHeld("main", 3),))
    assert paused.kind is State.PAUSED


def test_what_needs_a_person_goes_before_being_offline():
    held = state(last_run=report(Result.UNREACHABLE), attention=(DeletionsHeld("main", 3),))
    assert (held.kind, held.problems) == (State.NEEDS_YOU, (DeletionsHeld("main", 3),))


def test_a_fault_needs_a_person_until_a_run_ends_well():
    fault = ZeroDivisionError()
    assert state(fault=fault, last_run=report()).problems == (fault,)


def test_before_the_first_run_which_follows_at_once_nothing_is_called_up_to_date():
    assert state(next_run=NOW).kind is State.SYNCING
    assert state(next_run=NOW + timedelta(minutes=1)).kind is State.UP_TO_DATE
    assert state(next_run=NOW, last_run=report()).kind is State.UP_TO_DATE


def test_without_pairs_the_calendars_have_to_be_chosen():
    shown = Overview(Settings(), WEI, WEI_AT_OUTLOOK)
    assert (state(shown).kind, state(shown).problems) == (State.NEEDS_YOU, ())


def test_a_run_that_did_not_get_through_keeps_the_time_of_the_last_that_did():
    good = state(last_run=report())
    offline = report(Result.UNREACHABLE, problems=(Unreachable(Side.FEISHU, "dns"),))
    assert good.last is not None
    assert state(last_run=offline, before=good).last == good.last


def test_an_interrupted_run_is_not_an_outage_for_it_goes_on_at_once():
    interrupted = report(Result.UNREACHABLE, problems=(Stopped(),))
    assert state(last_run=interrupted).kind is State.SYNCING


def test_before_anything_is_set_up_the_menu_offers_both_sign_ins_and_nothing_is_called_lost():
    fresh = state(Overview(Settings()), feishu=None, outlook=None)
    assert (fresh.kind, fresh.problems) == (State.NEEDS_YOU, ())
    assert fresh.sign_in == (Side.FEISHU, Side.OUTLOOK)


def test_what_goes_away_by_itself_needs_nobody():
    offline = Status(WEI, WEI_AT_OUTLOOK, (), None, None, (Unreachable(Side.FEISHU, "dns"),))
    assert attention_of(offline) == ()


def test_a_sign_in_that_ended_can_be_renewed_from_the_menu_though_the_name_is_still_known():
    assert state(attention=(SignInNeeded(Side.OUTLOOK, "70008"),)).sign_in == (Side.OUTLOOK,)


def test_the_primary_calendar_goes_by_that_word_and_what_is_in_the_way_is_noted():
    calendars = (
        SourceCalendarInfo("feishu.cn_1", "Wei", "primary", Role.OWNER, is_primary=True),
        SourceCalendarInfo("feishu.cn_2", "Boss", "shared", Role.FREE_BUSY_READER, is_primary=False),
    )
    assert [(choice.id, choice.note) for choice in source_choices(calendars)] == [
        ("primary", ""),
        ("feishu.cn_2", "only free or busy"),
    ]


def test_times_are_aware():
    last = state(last_run=report()).last
    assert last is not None
    assert last.tzinfo is UTC
    assert last <= datetime.now(UTC)
