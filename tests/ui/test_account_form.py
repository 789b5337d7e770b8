from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.errors import AppMisconfigured, ConsentNeeded, SignInFailed, SignInNeeded, Unreachable
from core.model import Side
from core.outlook.errors import SCOPES as OUTLOOK_SCOPES
from core.settings import FeishuCloud, OutlookCloud, Redirect, Settings
from tests.ui.fake_installation import READY
from ui.accounts.console import admin_consent_url, page_for
from ui.accounts.form import (
    APP_ID,
    APP_SECRET,
    CLIENT_ID,
    TENANT,
    AccountForm,
    account_form,
    missing,
    misspelt,
    with_account,
)
from ui.accounts.registration import SCOPES, outlook_calendar_url, redirect_urls, scopes_to_import

EMPTY = {side: account_form(Settings(), side) for side in Side}


@pytest.mark.parametrize("side", Side)
def test_a_form_that_nobody_touched_saves_the_same_settings(side: Side):
    assert with_account(READY, account_form(READY, side)) == READY


def test_what_was_typed_is_saved_without_blanks_around_it():
    saved = with_account(READY, replace(account_form(READY, Side.FEISHU), app=" cli_new "))
    assert saved == replace(READY, feishu=replace(READY.feishu, app_id="cli_new"))


def test_signing_in_to_feishu_needs_an_app_id_and_a_secret():
    assert set(missing(EMPTY[Side.FEISHU], has_secret=False)) == {APP_ID, APP_SECRET}


def test_a_stored_secret_need_not_be_typed_again():
    assert missing(replace(EMPTY[Side.FEISHU], app="cli_a1"), has_secret=True) == {}


def test_signing_in_to_outlook_needs_a_client_id_and_no_secret():
    assert set(missing(EMPTY[Side.OUTLOOK], has_secret=False)) == {CLIENT_ID}


@pytest.mark.parametrize(
    ("side", "change", "key"),
    [
        (Side.FEISHU, {"app": "s3cr3tpastedhere"}, APP_ID),
        (Side.OUTLOOK, {"app": "not-a-guid"}, CLIENT_ID),
        (Side.OUTLOOK, {"tenant": " "}, TENANT),
    ],
)
def test_what_can_not_be_right_is_refused_beside_its_field(side: Side, change: dict[str, str], key: str):
    assert set(misspelt(replace(account_form(READY, side), **change))) == {key}


@pytest.mark.parametrize("cloud", [FeishuCloud.CUSTOM, OutlookCloud.CUSTOM])
def test_custom_clouds_may_have_ids_of_another_form(cloud: FeishuCloud | OutlookCloud):
    side = Side.FEISHU if isinstance(cloud, FeishuCloud) else Side.OUTLOOK
    assert misspelt(AccountForm(side, cloud, "app-1", tenant="common")) == {}


def test_an_empty_account_may_be_saved_for_later():
    assert [misspelt(form) for form in EMPTY.values()] == [{}, {}]


def test_a_secret_is_in_no_representation_of_the_form():
    assert "s3cr3t" not in repr(replace(EMPTY[Side.FEISHU], secret="s3cr3t"))


# --- registration ---------------------------------------------------------------------------------


def test_the_permissions_shown_are_those_that_are_asked_for():
    from core.feishu.auth import SCOPES as FEISHU_SCOPES

    assert set(SCOPES[Side.OUTLOOK]) == set(OUTLOOK_SCOPES)
    assert set(SCOPES[Side.FEISHU]) == set(FEISHU_SCOPES)
    assert json.loads(scopes_to_import())["scopes"] == {"tenant": [], "user": list(SCOPES[Side.FEISHU])}


def test_the_redirect_urls_to_register_are_those_of_the_settings():
    assert redirect_urls(Side.FEISHU, READY) == (
        "http://127.0.0.1:5000/callback",
        "http://127.0.0.1:53682/callback",
    )
    assert redirect_urls(Side.OUTLOOK, READY) == ("http://localhost",)
    pasting = replace(READY, outlook=replace(READY.outlook, redirect=Redirect.NATIVECLIENT))
    native = "https://login.microsoftonline.com/common/oauth2/nativeclient"
    assert redirect_urls(Side.OUTLOOK, pasting) == (native,)


@pytest.mark.parametrize("cloud", [cloud for cloud in OutlookCloud if cloud is not OutlookCloud.CUSTOM])
def test_every_cloud_has_a_calendar_page(cloud: OutlookCloud):
    settings = replace(READY, outlook=replace(READY.outlook, cloud=cloud))
    assert outlook_calendar_url(settings).startswith("https://")


# --- the page where a problem is solved -------------------------------------------------------------

FEISHU_APP = "https://open.feishu.cn/app/cli_a1b2c3d4e5"
BLADE = "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/"


@pytest.mark.parametrize(
    ("error", "page"),
    [
        (AppMisconfigured(Side.FEISHU, "redirect", "20029"), f"{FEISHU_APP}/safe"),
        (AppMisconfigured(Side.FEISHU, "refresh_switch", "20074"), f"{FEISHU_APP}/safe"),
        (AppMisconfigured(Side.FEISHU, "app_id", "20048"), "https://open.feishu.cn/app"),
        (AppMisconfigured(Side.FEISHU, "publish", "20069"), FEISHU_APP),
        (SignInFailed(Side.FEISHU, "refused", "20002"), FEISHU_APP),
        (SignInFailed(Side.FEISHU, "timeout"), f"{FEISHU_APP}/safe"),
        (AppMisconfigured(Side.OUTLOOK, "redirect", "AADSTS50011"), f"{BLADE}Authentication/appId/"),
        (AppMisconfigured(Side.OUTLOOK, "client_secret", "AADSTS7000215"), f"{BLADE}Credentials/appId/"),
        (SignInNeeded(Side.OUTLOOK, "AADSTS70011"), f"{BLADE}CallAnAPI/appId/"),
        (AppMisconfigured(Side.OUTLOOK, "client_id", "AADSTS700016"), "https://entra.microsoft.com/"),
        (
            ConsentNeeded(Side.OUTLOOK, (), link="https://login.example/adminconsent"),
            "https://login.example/",
        ),
    ],
)
def test_a_problem_of_the_registration_leads_to_the_page_where_it_is_solved(error: Exception, page: str):
    assert page_for(error, READY).startswith(page)


def test_a_missing_permission_leads_to_the_page_with_that_permission_searched_for():
    page = page_for(ConsentNeeded(Side.FEISHU, ("offline_access",)), READY)
    assert page.startswith(f"{FEISHU_APP}/auth?q=")
    assert "offline_access" in page


@pytest.mark.parametrize(
    "error",
    [
        SignInFailed(Side.FEISHU, "cancelled"),
        SignInNeeded(Side.FEISHU, "20037"),
        Unreachable(Side.OUTLOOK, "dns"),
        ValueError(),
    ],
)
def test_what_no_console_can_solve_leads_to_none(error: Exception):
    assert page_for(error, READY) == ""


def test_another_cloud_has_consoles_of_its_own():
    china = replace(READY, outlook=replace(READY.outlook, cloud=OutlookCloud.CHINA))
    lark = replace(READY, feishu=replace(READY.feishu, cloud=FeishuCloud.LARK))
    assert page_for(AppMisconfigured(Side.OUTLOOK, "redirect"), china).startswith("https://portal.azure.cn/")
    assert page_for(AppMisconfigured(Side.FEISHU, "redirect"), lark).startswith("https://open.larksuite.com/")


def test_the_administrator_gets_a_link_as_soon_as_there_is_a_registration():
    assert admin_consent_url(Settings()) == ""
    link = admin_consent_url(READY)
    assert link.startswith("https://login.microsoftonline.com/common/v2.0/adminconsent?")
    assert READY.outlook.client_id in link
