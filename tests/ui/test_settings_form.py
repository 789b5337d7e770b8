from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import SettingProblem, SettingsInvalid, SignInNeeded
from core.model import Side
from core.settings import PairSettings, Settings, TextLanguage
from tests.ui.fake_installation import READY
from ui.messages import CalendarChoice
from ui.settings.form import (
    calendar_name,
    calendar_text,
    calendar_value,
    estimate,
    lines,
    monthly_calls,
    new_pair,
    pair_problems,
    problems_of,
    refused,
    with_pair,
    without_pair,
)

TEAM = PairSettings("team", "feishu.cn_2", "Team")


def test_good_settings_have_no_problem():
    assert problems_of(READY) == {}


def test_the_rules_of_the_file_are_those_of_the_window():
    wrong = replace(READY, network=replace(READY.network, proxy="socks5://127.0.0.1:1"))
    assert set(problems_of(wrong)) == {"network.proxy"}


def test_what_the_settings_file_refuses_is_known_by_its_key():
    error = SettingsInvalid("settings.toml", (SettingProblem("value", "outlook.client_id", "x", "a GUID"),))
    assert set(refused(error)) == {"outlook.client_id"}
    assert "GUID" in refused(error)["outlook.client_id"]
    assert refused(SignInNeeded(Side.FEISHU)) == {}


def test_the_first_pair_has_proposals_and_speaks_the_language_of_the_interface():
    assert new_pair(Settings(), TextLanguage.CHINESE) == PairSettings(
        "main", text_language=TextLanguage.CHINESE
    )


def test_a_further_pair_has_an_id_of_its_own_and_nothing_chosen():
    settings = replace(READY, pairs=(*READY.pairs, PairSettings("pair-2")))
    pair = new_pair(settings, TextLanguage.ENGLISH)
    assert (pair.id, pair.feishu_calendar, pair.outlook_calendar) == ("pair-3", "", "")


def test_a_pair_is_replaced_in_its_place_added_or_taken_out():
    changed = replace(READY.pairs[0], outlook_calendar="Work")
    both = with_pair(READY, TEAM)
    assert both.pairs == (READY.pairs[0], TEAM)
    assert with_pair(both, changed).pairs == (changed, TEAM)
    assert without_pair(both, "main").pairs == (TEAM,)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"feishu_calendar": ""}, "feishu_calendar"),
        ({"outlook_calendar": " "}, "outlook_calendar"),
        ({"title_exclude": ("[",)}, "title_exclude"),
    ],
)
def test_what_is_wrong_with_a_pair_is_known_by_its_field(change: dict[str, object], field: str):
    assert set(pair_problems(Settings(), replace(TEAM, **change))) == {field}  # type: ignore[arg-type]


def test_the_same_two_calendars_are_not_paired_twice():
    twin = replace(READY.pairs[0], id="other")
    assert set(pair_problems(READY, twin)) == {"outlook_calendar"}
    assert pair_problems(READY, READY.pairs[0]) == {}


def test_the_estimate_counts_every_look_of_every_pair():
    assert monthly_calls(interval_minutes=5, pairs=1) == 8640
    assert monthly_calls(interval_minutes=60, pairs=3) == 2160
    assert estimate(8640).startswith("About 8,640 Feishu calls a month")
    assert "10,000" in estimate(8640)


CHOICES = (CalendarChoice("primary", "王伟"), CalendarChoice("AAB=", "Holidays", "read only"))


def test_a_calendar_is_shown_by_its_name_and_stored_by_its_id():
    assert calendar_text("primary", CHOICES) == "王伟"
    assert calendar_text("AAB=", CHOICES) == "Holidays (read only)"
    assert calendar_value("王伟", CHOICES) == "primary"


def test_a_typed_name_stays_what_was_typed():
    assert calendar_text("Feishu", CHOICES) == "Feishu"
    assert calendar_value(" Feishu ", CHOICES) == "Feishu"


def test_in_a_list_nobody_has_to_read_an_id():
    assert calendar_name("primary", ()) == "My calendar"
    assert calendar_name("A" * 150, ()) == f"Calendar {'A' * 24}…"


def test_a_field_with_an_entry_a_line_leaves_out_blank_ones():
    assert lines("^Lunch\n\n  \r\nBirthday ") == ("^Lunch", "Birthday ")
