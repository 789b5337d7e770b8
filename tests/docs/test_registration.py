"""docs/registration*.md tell what to enter in the two consoles: exactly what the program asks for."""

from __future__ import annotations

import json
import re

import pytest

from core.feishu import person
from core.model import Side
from core.outlook import errors as outlook_errors
from core.settings import FeishuCloud, OutlookCloud, OutlookSettings, Redirect, Settings
from tests.docs.pages import named, page, tables
from ui.accounts.console import admin_consent_url
from ui.accounts.registration import console_url, redirect_urls, scopes_to_import

PAGES = ("registration.md", "registration.zh_CN.md")
SIDES = {Side.FEISHU: "## Feishu|## 飞书", Side.OUTLOOK: "## Microsoft"}
DEFAULT = Settings()


def section(name: str, side: Side) -> str:
    text = page(name)
    return re.split(
        r"^## ", re.split(f"^(?:{SIDES[side]})", text, flags=re.MULTILINE)[1], flags=re.MULTILINE
    )[0]


def first_column(name: str, side: Side) -> list[set[str]]:
    """Of each table the literal values."""
    return [{value for row in table for value in named(row[0])} for table in tables(section(name, side))]


@pytest.mark.parametrize("name", PAGES)
def test_the_permissions_are_those_that_the_program_asks_for(name: str) -> None:
    assert set(person.SCOPES) in first_column(name, Side.FEISHU)
    assert set(outlook_errors.SCOPES) in first_column(name, Side.OUTLOOK)


@pytest.mark.parametrize("name", PAGES)
def test_the_permissions_to_import_are_the_windows_own(name: str) -> None:
    (block,) = re.findall(r"```json\n(.*?)```", page(name), re.DOTALL)
    assert json.loads(block) == json.loads(scopes_to_import())


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("name", PAGES)
def test_the_redirect_urls_are_those_to_which_the_browser_is_sent(name: str, side: Side) -> None:
    assert set(redirect_urls(side, DEFAULT)) in first_column(name, side)


@pytest.mark.parametrize("cloud", [OutlookCloud.GLOBAL, OutlookCloud.CHINA])
@pytest.mark.parametrize("name", PAGES)
def test_the_redirect_urls_to_paste_are_those_of_the_clouds(name: str, cloud: OutlookCloud) -> None:
    settings = Settings(outlook=OutlookSettings(cloud=cloud, redirect=Redirect.NATIVECLIENT))
    assert set(redirect_urls(Side.OUTLOOK, settings)) <= set(named(page(name)))


@pytest.mark.parametrize("name", PAGES)
def test_every_cloud_is_named_with_its_console(name: str) -> None:
    rows = [row for table in tables(section(name, Side.OUTLOOK)) for row in table if len(row) == 3]
    portals = {row[1].strip("`"): row[2].strip("<>") for row in rows}
    assert portals.keys() == {cloud.value for cloud in OutlookCloud if console_url(cloud)}
    assert all(console_url(OutlookCloud(cloud)).startswith(portal) for cloud, portal in portals.items())
    assert console_url(OutlookCloud.GLOBAL) in page(name)
    assert all(f"<{console_url(cloud)}>" in page(name) for cloud in FeishuCloud if console_url(cloud))


@pytest.mark.parametrize("name", PAGES)
def test_the_link_for_the_administrator_is_the_one_that_the_window_shows(name: str) -> None:
    settings = Settings(outlook=OutlookSettings(client_id="CLIENT_ID", tenant="TENANT"))
    assert f"\n{admin_consent_url(settings)}\n" in page(name)
