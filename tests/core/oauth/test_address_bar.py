"""What a real browser shows after a sign-in, and that the page runs there as it is meant to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from core.oauth.loopback import LoopbackServer
from tests.core.oauth.browsing import STATE, Waiting, server, waiting

__all__ = ["server", "waiting"]


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    profile = tmp_path_factory.mktemp("profile")
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        *("headless=new", "no-sandbox", "no-first-run", "disable-background-networking"),
        *("disable-component-update", "disable-sync", f"user-data-dir={profile}"),
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, ChromeService("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


def test_neither_address_bar_nor_page_holds_the_code(
    server: LoopbackServer, waiting: Waiting, browser: Chrome
) -> None:
    answer = waiting(server)
    browser.get(f"{server.redirect_uri}?code=canary-code&state={STATE}")
    assert answer.result()["code"] == "canary-code"
    assert browser.current_url == server.redirect_uri
    assert browser.title == "Signed <in>"
    assert "canary-code" not in browser.page_source
    assert STATE not in browser.page_source
    assert browser.execute_script("return history.length") <= 2
    log = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in log if "favicon" not in entry["message"]] == []
