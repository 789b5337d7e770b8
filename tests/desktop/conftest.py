from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from sandbox import Sandbox
from tests.desktop.person import Person
from tests.desktop.session import Session


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story that fails leaves a picture of the screen, and what the programs have said."""
    report = yield
    session = getattr(item, "funcargs", {}).get("session")
    if report.when == "call" and report.failed and isinstance(session, Session):
        picture = session.directory / "failed.png"
        session.screenshot().save(picture)
        report.sections.append((str(picture), session.log()[-4000:]))
    return report


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """An X server, a session bus and a window manager; each story adds what it needs."""
    session = Session(tmp_path)
    try:
        session.start()
        yield session
    finally:
        session.close()


@pytest.fixture
def person(session: Session) -> Iterator[Person]:
    """Programs that start from now on describe their windows."""
    session.environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
    person = Person(session)
    yield person
    person.close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Both services, with an empty calendar."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def chrome(session: Session) -> Iterator[Chrome]:
    """The person's browser, without a window; the session's programs open their pages in it."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        *("headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking"),
        *("disable-component-update", "disable-sync", f"user-data-dir={session.directory / 'profile'}"),
    ):
        options.add_argument(f"--{flag}")
    service = ChromeService("/usr/bin/chromedriver")
    driver = Chrome(options=options, service=service)
    session.environment["WEBDRIVER"] = f"{service.service_url}/session/{driver.session_id}"
    yield driver
    driver.quit()
