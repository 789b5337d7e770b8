from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import SettingProblem, SettingsInvalid, SignInNeeded
from core.model import Side
from core.outlook.errors import SCOPES as OUTLOOK_SCOPES
from core.settings import FeishuCloud, OutlookCloud, PairSettings, Settings, TextLanguage
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK
from ui.messages import CalendarChoice, Overview
from ui.settings.form import (
    Field,
    account_problems,
    calendar_text,
    calendar_value,
    form_of,
    form_problems,
    refused_fields,
    with_accounts,
    with_everything,
)
from ui.settings.registration import SCOPES, outlook_calendar_url, redirect_urls

EMPTY = form_of(Settings())
SIGNED_IN = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True)


def test_a_form_that_nobody_touched_saves_the_same_settings():
    assert with_everything(SIGNED_IN, form_of(READY), TextLanguage.ENGLISH) == READY


def test_what_was_typed_is_saved_without_blanks_around_it():
    form = replace(form_of(READY), app_id=" cli_new ", interval_minutes=15, outlook_calendar=" Work ")
    saved = with_everything(SIGNED_IN, form, TextLanguage.ENGLISH)
    assert saved.feishu.app_id == "cli_new"
    assert saved.sync.interval_minutes == 15
    assert saved.pairs == (replace(READY.pairs[0], outlook_calendar="Work"),)


def test_other_pairs_stay_as_they_are():
    second = PairSettings("second", "feishu.cn_2", "Team")
    overview = replace(SIGNED_IN, settings=replace(READY, pairs=(*READY.pairs, second)))
    assert with_everything(overview, form_of(overview.settings), TextLanguage.ENGLISH).pairs[1] == second


def test_a_sign_in_alone_never_makes_a_pair():
    assert with_accounts(Settings(), EMPTY).pairs == ()
    assert with_everything(Overview(Settings()), EMPTY, TextLanguage.ENGLISH).pairs == ()


def test_the_first_pair_speaks_the_language_of_the_interface():
    overview = Overview(Settings(), WEI, WEI_AT_OUTLOOK)
    [pair] = with_everything(overview, EMPTY, TextLanguage.CHINESE).pairs
    assert pair == PairSettings("main", text_language=TextLanguage.CHINESE)


def test_signing_in_to_feishu_needs_an_app_id_and_a_secret():
    assert set(account_problems(Side.FEISHU, EMPTY, has_app_secret=False)) == {Field.APP_ID, Field.APP_SECRET}


def test_a_stored_secret_need_not_be_typed_again():
    form = replace(EMPTY, app_id="cli_a1")
    assert account_problems(Side.FEISHU, form, has_app_secret=True) == {}


def test_signing_in_to_outlook_needs_a_client_id_and_no_secret():
    assert set(account_problems(Side.OUTLOOK, EMPTY, has_app_secret=False)) == {Field.CLIENT_ID}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"app_id": "s3cr3tpastedhere"}, Field.APP_ID),
        ({"client_id": "not-a-guid"}, Field.CLIENT_ID),
        ({"tenant": " "}, Field.TENANT),
        ({"feishu_calendar": ""}, Field.FEISHU_CALENDAR),
        ({"outlook_calendar": " "}, Field.OUTLOOK_CALENDAR),
    ],
)
def test_what_can_not_be_right_is_refused_beside_its_field(change: dict[str, str], field: Field):
    assert set(form_problems(SIGNED_IN, replace(form_of(READY), **change))) == {field}


def test_custom_clouds_may_have_ids_of_another_form():
    form = replace(
        EMPTY,
        feishu_cloud=FeishuCloud.CUSTOM,
        app_id="app-1",
        outlook_cloud=OutlookCloud.CUSTOM,
        client_id="client-1",
    )
    assert form_problems(Overview(Settings()), form) == {}


def test_an_empty_account_may_be_saved_for_later():
    assert form_problems(Overview(Settings()), EMPTY) == {}


def test_what_the_settings_file_refuses_is_shown_beside_its_field():
    error = SettingsInvalid(
        "settings.toml",
        (
            SettingProblem("value", "outlook.client_id", "x", "a GUID"),
            SettingProblem("value", "pairs.0.outlook_calendar", "", "a name"),
            SettingProblem("syntax"),
        ),
    )
    assert set(refused_fields(error)) == {Field.CLIENT_ID, Field.OUTLOOK_CALENDAR}
    assert "GUID" in refused_fields(error)[Field.CLIENT_ID]
    assert refused_fields(SignInNeeded(Side.FEISHU)) == {}


CHOICES = (CalendarChoice("primary", "王伟"), CalendarChoice("AAB=", "Holidays", "read only"))


def test_a_calendar_is_shown_by_its_name_and_stored_by_its_id():
    assert calendar_text("primary", CHOICES) == "王伟"
    assert calendar_text("AAB=", CHOICES) == "Holidays (read only)"
    assert calendar_value("王伟", CHOICES) == "primary"


def test_a_typed_name_stays_what_was_typed():
    assert calendar_text("Feishu", CHOICES) == "Feishu"
    assert calendar_value(" Feishu ", CHOICES) == "Feishu"


def test_a_secret_is_in_no_representation_of_the_form():
    assert "s3cr3t" not in repr(replace(EMPTY, app_secret="s3cr3t"))


def test_the_permissions_shown_are_those_that_are_asked_for():
    from core.feishu.auth import SCOPES as FEISHU_SCOPES

    assert set(SCOPES[Side.OUTLOOK]) == set(OUTLOOK_SCOPES)
    assert set(SCOPES[Side.FEISHU]) == set(FEISHU_SCOPES)


def test_the_redirect_urls_to_register_are_those_of_the_settings():
    assert redirect_urls(Side.FEISHU, READY) == (
        "http://127.0.0.1:5000/callback",
        "http://127.0.0.1:53682/callback",
    )
    assert redirect_urls(Side.OUTLOOK, READY) == ("http://localhost",)


@pytest.mark.parametrize("cloud", [cloud for cloud in OutlookCloud if cloud is not OutlookCloud.CUSTOM])
def test_every_cloud_has_a_calendar_page(cloud: OutlookCloud):
    settings = replace(READY, outlook=replace(READY.outlook, cloud=cloud))
    assert outlook_calendar_url(settings).startswith("https://")
