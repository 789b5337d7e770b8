"""The program as a person has it: nothing in it or around it is replaced but the two services.

X server, window manager, tray, notifications, keyring and browser are real; what a person would do is done
with mouse and keyboard, and what they would look at is read from the windows.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from sandbox import Sandbox
from tests.desktop.person import Person
from tests.desktop.services import add_event, company_file, mirrored
from tests.desktop.session import PATIENCE, Session, is_gone
from texts.report import State

pytestmark = pytest.mark.timeout(600)

TITLES = ["Design review", "Lunch with Wei", "Offsite", "Weekly"]


def test_from_an_empty_data_directory_through_the_set_up_to_quit(
    session: Session, person: Person, chrome: Chrome, sandbox: Sandbox, tmp_path: Path
):
    events = [add_event(sandbox, title, days) for days, title in enumerate(TITLES, start=1)]
    session.start_keyring()
    session.start_dunst()
    session.start_trayer()
    program = session.start_tray_app(tmp_path / "data")
    session.wait_for_icon(State.NEEDS_YOU)

    person.reads("Welcome to")
    person.presses("Next")
    import_what_the_company_says(person, sandbox, tmp_path / "company.toml")
    person.types("App ID", sandbox.feishu.app_id)
    person.types("App Secret", sandbox.feishu.app_secret)
    person.presses("Sign in to Feishu…")
    sign_in(chrome, "Sign in to Feishu", "Approve")
    person.reads("Signed in as", sandbox.feishu.person.name)
    person.presses("Next")
    person.types("Client ID", sandbox.microsoft.client_id)
    person.presses("Sign in to Microsoft…")
    sign_in(chrome, "Sign in to your account", "Accept")
    person.reads("Signed in as", sandbox.microsoft.person.name)
    person.presses("Next")
    person.reads("Choose the calendars")
    person.presses("Next")
    person.reads(TITLES[0])  # in the preview
    assert mirrored(sandbox) == []

    person.presses("Start")
    person.reads("Done")
    assert mirrored(sandbox) == TITLES
    person.presses("Finish")
    session.wait_for_icon(State.UP_TO_DATE)
    session.eventually(lambda: "4 added" in session.notified(), "notification")
    session.click_on_notification()
    person.reads("new in Feishu")
    person.presses("Close")

    session.choose(State.UP_TO_DATE, "Down", "Down", "Right", "Return")  # Pause > 30 minutes
    session.wait_for_icon(State.PAUSED)
    sandbox.feishu.change_event(sandbox.feishu.calendar_id, events[0], summary="Design review, room 3")
    assert mirrored(sandbox) == TITLES
    session.choose(State.PAUSED, "Down", "Down", "Return")  # Resume
    changed = ["Design review, room 3", *TITLES[1:]]
    session.eventually(lambda: mirrored(sandbox) == changed, "change in Outlook")
    session.eventually(lambda: "1 updated" in session.notified(), "notification")

    for event in events:
        sandbox.feishu.delete_event(sandbox.feishu.calendar_id, event)
    session.choose(State.UP_TO_DATE, "Down", "Return")  # Sync now
    session.wait_for_icon(State.NEEDS_YOU)
    session.eventually(lambda: len(session.notified()) == 3, "notification")
    session.click_on_notification()
    person.reads("These 4 copies would be deleted")
    person.presses("Keep them")
    person.reads("No deletion is held")
    assert mirrored(sandbox) == changed
    person.presses("Close")

    session.choose(State.UP_TO_DATE, "Up", "Return")  # Quit
    assert program.wait(PATIENCE) == 0
    session.eventually(lambda: is_gone(program), "end of the program")


def import_what_the_company_says(person: Person, sandbox: Sandbox, file: Path) -> None:
    file.write_text(company_file(sandbox))
    person.presses("I have a file from my company…")
    person.types("File name:", str(file))
    person.session.keys("Return")
    person.reads("Custom")


def sign_in(chrome: Chrome, title: str, answer: str) -> None:
    """The program has opened the page; the person answers, and comes to the program's own last page."""
    wait = WebDriverWait(chrome, PATIENCE)
    wait.until(lambda page: page.title == title)
    chrome.find_element(By.XPATH, f"//button[text()='{answer}']").click()
    wait.until(lambda page: "has let you in" in page.title)
