import os
import sys
from pathlib import Path

import pytest

from core.oauth import browser
from core.oauth.browser import open_in_browser, person_environment

URL = "http://127.0.0.1:5000/?a=1&b=%20"


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("form", ["{}", "{} %s", "/does/not/exist:{}", "{} --new-window"])
def test_the_persons_choice_of_browser_is_honoured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    seen = tmp_path / "seen"
    command = script(tmp_path / "my-browser", f'for last; do :; done; printf %s "$last" > {seen}')
    monkeypatch.setenv("BROWSER", form.format(command))
    assert open_in_browser(URL)
    assert seen.read_text() == URL


def test_without_any_browser_the_answer_is_no() -> None:
    assert not open_in_browser(URL)


def test_a_launcher_that_fails_is_followed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    script(tmp_path / "xdg-open", "exit 3")
    script(tmp_path / "gio", f"touch {seen}")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("DISPLAY", ":77")
    assert open_in_browser(URL)
    assert seen.exists()


def test_a_browser_that_stays_in_the_foreground_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_TIME_TO_FAIL", 0.05)
    monkeypatch.setenv("BROWSER", str(script(tmp_path / "lynx", "exec sleep 1")))
    assert open_in_browser(URL)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "--help", "javascript:alert(1)", "", "http:/\ud800["]
)
def test_only_web_addresses_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setenv("BROWSER", str(script(tmp_path / "browser", f"touch {seen}")))
    monkeypatch.setattr(browser, "_TIME_TO_FAIL", 5)
    if not address.startswith("http"):
        assert not open_in_browser(address)
        assert not seen.exists()
    else:
        assert open_in_browser(address) in {True, False}


def test_an_unreadable_choice_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "'unfinished")
    assert not open_in_browser(URL)


def test_a_bundles_libraries_are_kept_from_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/sync/_internal", raising=False)
    person = person_environment(
        {
            "HOME": "/home/me",
            "EMPTY": "",
            "LD_LIBRARY_PATH": "/opt/sync/_internal",
            "LD_LIBRARY_PATH_ORIG": "/usr/local/lib",
            "QT_PLUGIN_PATH": "/opt/sync/_internal/PySide6/plugins",
            "XDG_DATA_DIRS": "/opt/sync/_internal/share:/usr/share",
            "_PYI_ARCHIVE_FILE": "/opt/sync/sync",
        }
    )
    assert person == {
        "HOME": "/home/me",
        "EMPTY": "",
        "LD_LIBRARY_PATH": "/usr/local/lib",
        "XDG_DATA_DIRS": "/usr/share",
    }


def test_from_a_source_tree_the_environment_is_the_persons_own() -> None:
    environ = {"LD_LIBRARY_PATH": "/x", "A_ORIG": "y"}
    assert person_environment(environ) == environ
