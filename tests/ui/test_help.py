from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.settings import InterfaceLanguage
from texts import language
from ui.help import GUIDES, GuideWindow


@pytest.fixture
def chinese() -> Iterator[None]:
    language.choose(InterfaceLanguage.CHINESE)
    yield
    language.choose(InterfaceLanguage.ENGLISH)


def opened(qtbot: QtBot, file: Path | None = None) -> GuideWindow:
    window = GuideWindow(file)
    qtbot.addWidget(window)
    window.show()
    return window


def back(window: GuideWindow) -> QPushButton:
    return next(each for each in window.findChildren(QPushButton) if each.text() == "Back")


def click(window: GuideWindow, link: str) -> None:
    """As the browser resolves it before it tells."""
    window.text.anchorClicked.emit(window.text.source().resolved(QUrl(link)))


def test_the_guide_opens_in_the_language_of_the_interface(qtbot: QtBot, chinese: None) -> None:
    assert opened(qtbot).text.toPlainText().startswith("使用指南")


@pytest.mark.parametrize("file", GUIDES.values(), ids=lambda file: file.name)
def test_its_pictures_are_found(qtbot: QtBot, file: Path) -> None:
    window = opened(qtbot, file)
    pictures = re.findall(r"\]\((images/[^)]+)\)", file.read_text(encoding="utf-8"))
    assert pictures
    kind = QTextDocument.ResourceType.ImageResource
    assert all(window.text.loadResource(kind.value, QUrl(each)) for each in pictures)


def test_a_page_beside_it_opens_in_its_place_and_back_leads_to_the_guide(qtbot: QtBot) -> None:
    window = opened(qtbot)
    assert not back(window).isEnabled()
    click(window, "troubleshooting.md")
    assert window.text.toPlainText().startswith("Troubleshooting")
    back(window).click()
    assert window.text.toPlainText().startswith("Guide")


def test_a_heading_that_is_named_comes_to_the_top(qtbot: QtBot) -> None:
    window = opened(qtbot)
    click(window, "privacy.md#what-it-sends-and-where")
    assert window.text.textCursor().block().text() == "What it sends, and where"
    assert window.text.verticalScrollBar().value() > 0


def test_what_is_not_there_or_no_page_of_ours_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot)
    before = window.text.toPlainText()
    for link in ("nowhere.md", "../resources/defaults.toml", "file:///etc/passwd"):
        click(window, link)
        assert window.text.toPlainText() == before
    assert "not installed" in opened(qtbot, tmp_path / "guide.md").text.toPlainText()


def test_a_page_of_a_service_is_for_the_browser(qtbot: QtBot) -> None:
    window = opened(qtbot)
    with qtbot.waitSignal(window.link_opened) as told:
        click(window, "https://open.feishu.cn/app")
    assert told.args == ["https://open.feishu.cn/app"]
    assert window.text.toPlainText().startswith("Guide")
