from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.settings import TextLanguage
from ui import fonts


@pytest.fixture(autouse=True)
def _restored(qtbot: QtBot) -> Iterator[None]:
    before = QApplication.font()
    yield
    QApplication.setFont(before)


def test_chinese_is_drawn_in_simplified_shapes_with_its_own_punctuation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFontDatabase, "hasFamily", lambda family: family == "Noto Sans CJK SC")
    fonts.fit(TextLanguage.ENGLISH)
    (own,) = QApplication.font().families()
    fonts.fit(TextLanguage.CHINESE)
    assert QApplication.font().families() == ["Noto Sans CJK SC", own]
    fonts.fit(TextLanguage.ENGLISH)
    assert QApplication.font().families() == [own]
