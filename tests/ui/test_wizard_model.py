from __future__ import annotations

from dataclasses import replace

import pytest

from core.settings import (
    FeishuSettings,
    InterfaceLanguage,
    InterfaceSettings,
    PairSettings,
    Settings,
    TextLanguage,
)
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK
from ui.messages import Overview
from ui.tray.state import FOR_EVER
from ui.wizard.model import StepName, is_done, may_enter, proposed_pair, resume_at

WITHOUT_PAIRS = replace(READY, pairs=())
WAITS_FOR_START = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True, paused_until=FOR_EVER)


@pytest.mark.parametrize(
    ("overview", "step"),
    [
        (Overview(Settings()), StepName.WELCOME),
        (Overview(Settings(ui=InterfaceSettings(InterfaceLanguage.CHINESE))), StepName.WELCOME),
        (Overview(Settings(FeishuSettings(app_id="cli_1"))), StepName.FEISHU),
        (Overview(Settings(), has_app_secret=True), StepName.FEISHU),
        (Overview(WITHOUT_PAIRS, WEI), StepName.MICROSOFT),
        (Overview(WITHOUT_PAIRS, None, WEI_AT_OUTLOOK), StepName.FEISHU),
        (Overview(WITHOUT_PAIRS, WEI, WEI_AT_OUTLOOK), StepName.CALENDARS),
        (WAITS_FOR_START, StepName.PREVIEW),
        (replace(WAITS_FOR_START, paused_until=None), StepName.FIRST_RUN),
    ],
)
def test_a_set_up_that_was_left_goes_on_where_something_is_missing(overview: Overview, step: StepName):
    assert resume_at(overview) is step


def test_a_companys_file_with_everything_in_it_leaves_two_sign_ins_and_the_start():
    provisioned = Overview(READY, has_app_secret=True, paused_until=FOR_EVER)
    assert resume_at(provisioned) is StepName.FEISHU
    assert not provisioned.is_set_up
    assert is_done(StepName.CALENDARS, provisioned)


def test_the_set_up_is_finished_when_the_first_run_was_asked_for():
    assert not WAITS_FOR_START.is_set_up
    assert replace(WAITS_FOR_START, paused_until=None).is_set_up


def test_a_pause_that_a_person_makes_later_is_no_unfinished_set_up():
    assert replace(WAITS_FOR_START, has_run=True).is_set_up


def test_nobody_gets_past_what_is_missing():
    overview = Overview(WITHOUT_PAIRS, WEI)
    assert may_enter(StepName.MICROSOFT, overview)
    assert not may_enter(StepName.CALENDARS, overview)


def test_what_was_chosen_before_is_proposed_again():
    kept = PairSettings("team", "feishu.cn_2", "Team")
    assert proposed_pair(replace(READY, pairs=(kept,)), TextLanguage.ENGLISH) == kept
    assert proposed_pair(Settings(), TextLanguage.ENGLISH).outlook_calendar == "Feishu"
