"""The page that shows both calendars, by its questions and in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from sandbox import Sandbox
from sandbox.feishu import FeishuWorld
from sandbox.microsoft.world import MicrosoftWorld
from sandbox.page import app as app_module
from sandbox.page.app import create_app
from tests.sandbox.conftest import NOW, SHANGHAI, Clock

PAGE = Path(app_module.__file__).parent
HOUR = timedelta(hours=1)


class Page:
    """The page's server side, over two worlds."""

    def __init__(self) -> None:
        clock = Clock()
        self.feishu = FeishuWorld(clock)
        self.microsoft = MicrosoftWorld(clock=clock)
        self.http: FlaskClient = create_app(self.feishu, self.microsoft).test_client()

    def days(self, side: str, **query: str) -> dict[str, list[str]]:
        """The titles of one side by date, for days that have any."""
        answer = self.http.get("/days", query_string=query).json
        assert answer is not None
        titles = {day["date"]: [item["title"] for item in day[side]] for day in answer["days"]}
        return {day: found for day, found in titles.items() if found}

    def item(self, day: str, title: str) -> dict[str, Any]:
        answer = self.http.get("/days").json
        assert answer is not None
        [shown] = [shown for shown in answer["days"] if shown["date"] == day]
        [item] = [item for item in shown["feishu"] if item["title"] == title]
        return dict(item)

    def act(self, name: str, item: dict[str, Any], **said: Any) -> None:
        was = {"was_start": item["start"], "was_end": item["end"], "whole_series": False}
        answer = self.http.post(f"/acts/{name}", json={**item, **was, **said})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def page() -> Page:
    return Page()


def chinese() -> dict[str, str]:
    """What chinese.js has for what the page says in English."""
    script = (PAGE / "chinese.js").read_text("utf-8")
    return dict(re.findall(r'"([^"\n]+)":\s*"([^"\n]+)"', script))


def test_every_sentence_of_the_page_has_its_chinese_and_nothing_else_has(page: Page) -> None:
    html, script = (PAGE / "calendars.html").read_text("utf-8"), (PAGE / "calendars.js").read_text("utf-8")
    shown = {" ".join(text.split()) for text in re.findall(r">([^<>]*[A-Za-z][^<>]*)<", html)}
    shown |= set(re.findall(r'aria-label="([^"]+)"', html))
    shown |= set(re.findall(r'\bt\("([^"]+)"\)', script))
    shown -= {"Outlook"}
    assert shown - set(chinese()) == set()
    marks = (PAGE / "view.py").read_text("utf-8")
    unused = {text for text in chinese() if f'"{text}"' not in script + marks} - shown
    assert unused - {"Two calendars, simulated", "oof", "workingElsewhere"} == set()
    assert "CHINESE" in page.http.get("/chinese.js").text


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_events_are_shown_on_every_day_that_they_touch(page: Page) -> None:
    add, me = page.feishu.add_event, page.feishu.calendar_id
    add(me, "evening", at(25, 22), at(26, 0))
    add(me, "night", at(26, 22), at(27, 2))
    add(me, "trip", date(2026, 11, 25), date(2026, 11, 27))
    add(me, "yesterday", at(24, 9), at(24, 10))
    assert page.days("feishu") == {
        "2026-11-25": ["trip", "evening"],
        "2026-11-26": ["trip", "night"],
        "2026-11-27": ["night"],
    }


def test_two_weeks_are_shown_from_today_or_any_day(page: Page) -> None:
    answer = page.http.get("/days?first=2026-12-02").json
    assert answer is not None
    assert [day["date"] for day in answer["days"]][::13] == ["2026-12-02", "2026-12-15"]
    assert (answer["earlier"], answer["later"], answer["today"]) == ("2026-11-25", "2026-12-09", "2026-11-25")
    assert page.http.get("/days?first=soon").status_code == 400


def test_outlook_is_shown_beside_it_in_the_same_zone(page: Page) -> None:
    calendar = page.microsoft.add_calendar("Feishu")
    for subject, start, end, is_all_day in (
        ("late in UTC", "2026-11-25T23:00:00", "2026-11-26T00:00:00", False),
        ("whole day", "2026-11-25T00:00:00", "2026-11-26T00:00:00", True),
    ):
        times = {
            name: {"dateTime": time, "timeZone": "UTC"} for name, time in (("start", start), ("end", end))
        }
        page.microsoft.add_event(calendar, {"subject": subject, "isAllDay": is_all_day, **times})
    assert page.days("outlook") == {"2026-11-25": ["whole day"], "2026-11-26": ["late in UTC"]}


def test_deleted_calendars_and_those_of_others_are_not_shown(page: Page) -> None:
    gone, lost = page.feishu.add_calendar("gone"), page.feishu.add_calendar("lost")
    for calendar in (gone, lost):
        page.feishu.add_event(calendar, "x", at(25, 9), at(25, 10))
    page.feishu.delete_calendar(gone)
    page.feishu.set_role(lost, None)
    assert page.days("feishu") == {}


def series(page: Page) -> dict[str, Any]:
    """A daily series at 9:00 from Monday on; its occurrence on Thursday as the page knows it."""
    page.feishu.add_event(
        page.feishu.calendar_id, "站会", at(23, 9), at(23, 10), recurrence="FREQ=DAILY;COUNT=5"
    )
    return page.item("2026-11-26", "站会")


def test_one_occurrence_is_moved_and_cancelled_without_its_series(page: Page) -> None:
    page.act("change", series(page), start="2026-11-26T14:00", end="2026-11-26T15:00", title="later")
    page.act("cancel", page.item("2026-11-27", "站会"))
    assert page.days("feishu") == {"2026-11-25": ["站会"], "2026-11-26": ["later"]}
    assert page.item("2026-11-26", "later")["start"] == "2026-11-26T14:00"


def test_a_whole_series_moves_with_the_shown_occurrence(page: Page) -> None:
    said = {"start": "2026-11-26T10:30", "end": "2026-11-26T11:00", "whole_series": True, "title": "晨会"}
    page.act("change", series(page), **said)
    assert page.item("2026-11-25", "晨会")["start"] == "2026-11-25T10:30"
    assert page.item("2026-11-27", "晨会")["end"] == "2026-11-27T11:00"


def test_a_new_title_of_a_series_leaves_its_times_alone(page: Page) -> None:
    item = series(page)
    page.act("change", item, whole_series=True, title="晨会")
    master = page.feishu.calendars[page.feishu.calendar_id].rows[item["series_id"]]
    assert (master.start, master.details["summary"]) == (at(23, 9), "晨会")


def test_a_whole_series_is_cancelled(page: Page) -> None:
    page.act("cancel", series(page), whole_series=True)
    assert page.days("feishu") == {}


def test_a_whole_day_becomes_a_time_and_a_time_a_whole_day(page: Page) -> None:
    page.feishu.add_event(page.feishu.calendar_id, "x", date(2026, 11, 25), date(2026, 11, 26))
    page.act("change", page.item("2026-11-25", "x"), start="2026-11-25T09:00", end="2026-11-25T10:00")
    assert page.item("2026-11-25", "x")["all_day"] is False
    page.act("change", page.item("2026-11-25", "x"), start="2026-11-25", end="2026-11-27")
    assert page.item("2026-11-26", "x")["all_day"] is True


@pytest.mark.parametrize("start", ["2026-11-25T12:00", "noon"])
def test_nonsense_is_refused_with_words(page: Page, start: str) -> None:
    said = {"title": "x", "start": start, "end": "2026-11-25T11:00", "repeats": ""}
    answer = page.http.post("/acts/add", json=said)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["problem"]
    assert page.days("feishu") == {}


def test_a_form_of_a_foreign_page_changes_nothing(page: Page) -> None:
    said = {"title": "x", "start": "2026-11-25T10:00", "end": "2026-11-25T11:00", "repeats": ""}
    assert page.http.post("/acts/add", data=said).status_code == 415
    assert page.http.post("/acts/unknown", json=said).status_code == 400
    assert page.days("feishu") == {}


class Browser:
    """A real one, on the page of a running sandbox. Waits are bounded."""

    def __init__(self, driver: Chrome, sandbox: Sandbox) -> None:
        self.driver = driver
        self.sandbox = sandbox
        self.wait = WebDriverWait(driver, 15, poll_frequency=0.1)

    def texts(self, selector: str) -> list[str]:
        """Read at once: the page may draw itself anew at any moment."""
        script = "return [...document.querySelectorAll(arguments[0])].map((found) => found.textContent)"
        return list(self.driver.execute_script(script, selector))

    def titles(self, side: str) -> list[str]:
        return self.texts(f".side.{side} .title")

    def until(self, holds: Callable[[], bool]) -> None:
        self.wait.until(lambda _: holds())

    def click(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def open(self, title: str) -> None:
        self.until(lambda: title in self.titles("feishu"))
        script = (
            "[...document.querySelectorAll('.title')].find((t) => t.textContent === arguments[0]).click()"
        )
        self.driver.execute_script(script, title)

    def fill(self, **values: str) -> None:
        """Sets the editor's fields as typing would."""
        script = """
            const field = document.getElementById("form")[arguments[0]];
            field.value = arguments[1];
            field.dispatchEvent(new Event("change"));
        """
        for name, value in values.items():
            self.driver.execute_script(script, name, value)

    def button(self, text: str) -> WebElement:
        return self.driver.find_element(By.XPATH, f"//button[text()='{text}']")

    def seen(self) -> list[tuple[str, str]]:
        """Feishu's own events of the next two weeks: title and start."""
        feishu = self.sandbox.feishu
        shown = feishu.occurrences(feishu.calendar_id, NOW - 24 * HOUR, NOW + 13 * 24 * HOUR)
        return [(event["summary"], event["start"].astimezone(SHANGHAI).isoformat()[:16]) for event in shown]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('browser')}", "--window-size=1100,900",
    ):  # fmt: skip
        options.add_argument(flag)
    driver = Chrome(options=options, service=ChromeService("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver: Chrome) -> Iterator[Browser]:
    with Sandbox(clock=NOW.timestamp) as sandbox:
        driver.get(sandbox.page_url)
        yield Browser(driver, sandbox)
        driver.get("about:blank")


def test_a_person_adds_moves_and_cancels_an_event(browser: Browser) -> None:
    browser.until(lambda: browser.driver.find_element(By.ID, "zone").text == "Asia/Shanghai")
    browser.click("#add")
    browser.fill(title="新会议", start_clock="15:00", end_clock="16:00")
    browser.button("Save").click()
    browser.until(lambda: browser.titles("feishu") == ["新会议"])
    assert browser.seen() == [("新会议", "2026-11-25T15:00")]

    browser.open("新会议")
    assert not browser.driver.find_element(By.ID, "reach").is_displayed()
    browser.fill(title="旧会议", start_day="2026-11-27", end_day="2026-11-27")
    browser.button("Save").click()
    browser.until(lambda: browser.titles("feishu") == ["旧会议"])
    assert browser.seen() == [("旧会议", "2026-11-27T15:00")]

    browser.open("旧会议")
    browser.button("Cancel event").click()
    browser.until(lambda: browser.titles("feishu") == [])
    assert browser.seen() == []


def test_a_person_cancels_one_occurrence_and_then_the_series(browser: Browser) -> None:
    feishu = browser.sandbox.feishu
    feishu.add_event(feishu.calendar_id, "站会", at(25, 9), at(25, 10), recurrence="FREQ=DAILY;COUNT=3")
    browser.open("站会")
    browser.button("Cancel event").click()
    browser.until(lambda: browser.titles("feishu") == ["站会", "站会"])
    assert browser.seen() == [("站会", "2026-11-26T09:00"), ("站会", "2026-11-27T09:00")]
    browser.open("站会")
    assert browser.driver.find_element(By.ID, "reach").is_displayed()
    assert not browser.driver.find_element(By.ID, "repeats").is_displayed()
    browser.click("input[value=all]")
    browser.button("Cancel event").click()
    browser.until(lambda: browser.titles("feishu") == [])
    assert browser.seen() == []


def test_what_cannot_be_is_said_in_the_editor_and_nothing_is_lost(browser: Browser) -> None:
    browser.until(lambda: browser.driver.find_element(By.ID, "zone").text != "")
    browser.click("#add")
    browser.fill(title="x", start_clock="16:00", end_clock="15:00")
    browser.button("Save").click()
    browser.until(lambda: browser.driver.find_element(By.ID, "problem").text != "")
    assert browser.driver.find_element(By.ID, "editor").is_displayed()
    assert browser.seen() == []


def test_the_outlook_column_follows_by_itself(browser: Browser) -> None:
    microsoft = browser.sandbox.microsoft
    browser.until(lambda: "nothing" in browser.driver.find_element(By.ID, "outlook-name").text)
    times = {
        name: {"dateTime": f"2026-11-26T0{hour}:00:00", "timeZone": "UTC"}
        for name, hour in (("start", 1), ("end", 2))
    }
    event = microsoft.add_event(microsoft.add_calendar("Feishu"), {"subject": "<b>评审</b>", **times})
    browser.until(lambda: browser.titles("outlook") == ["<b>评审</b>"])
    assert browser.texts(".side.outlook .when") == ["09:00–10:00"]
    microsoft.delete_event(event)
    browser.until(lambda: browser.titles("outlook") == [])


def test_weeks_are_turned_and_a_lost_sandbox_is_said(browser: Browser) -> None:
    feishu = browser.sandbox.feishu
    feishu.add_event(
        feishu.calendar_id, "in three weeks", at(25, 9) + timedelta(days=21), at(25, 10) + timedelta(days=21)
    )
    browser.until(lambda: browser.driver.find_element(By.ID, "zone").text != "")
    for _ in range(2):
        before = browser.texts("#days .date")
        browser.click("#later")
        browser.until(lambda: browser.texts("#days .date") != before)  # noqa: B023  # used at once
    browser.until(lambda: browser.titles("feishu") == ["in three weeks"])
    browser.click("#today")
    browser.until(lambda: browser.titles("feishu") == [])
    browser.sandbox.stop()
    browser.until(lambda: browser.driver.find_element(By.ID, "lost").is_displayed())


@pytest.mark.parametrize("width", [360, 700])
def test_nothing_is_wider_than_a_narrow_window(browser: Browser, width: int) -> None:
    feishu = browser.sandbox.feishu
    feishu.add_event(
        feishu.calendar_id, "Donaudampfschifffahrtsgesellschaftskapitän" * 3, at(25, 9), at(25, 10)
    )
    browser.until(lambda: len(browser.titles("feishu")) == 1)
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_page_needs_nothing_from_outside() -> None:
    for file in Path(__file__).parents[2].joinpath("sandbox", "page").iterdir():
        if file.suffix in (".html", ".css", ".js"):
            assert "://" not in file.read_text("utf-8"), file.name
