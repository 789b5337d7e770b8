from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.settings import TextLanguage
from ui import fonts


@pytest.fixture(autouse=True)
def _restored(qtbot: QtBot) -> Iterator[None]:
    before = QApplication.font()
    yield
    QApplication.setFont(before)


def test_chinese_is_drawn_in_simplified_shapes_and_latin_as_before() -> None:
    fonts.fit(TextLanguage.ENGLISH)
    (latin,) = QApplication.font().families()
    fonts.fit(TextLanguage.CHINESE)
    first, *others = QApplication.font().families()
    assert first == latin
    assert "Noto Sans CJK SC" in others
    fonts.fit(TextLanguage.ENGLISH)
    assert QApplication.font().families() == [latin]
