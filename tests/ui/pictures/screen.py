"""The screen that the pictures are taken of: Qt offscreen, in its own style, dressed by hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QColor, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core.settings import InterfaceLanguage
from texts import language
from ui import fonts

_DARK = {
    QPalette.ColorRole.Window: "#2b2b2b",
    QPalette.ColorRole.WindowText: "#f0f0f0",
    QPalette.ColorRole.Base: "#1e1e1e",
    QPalette.ColorRole.AlternateBase: "#262626",
    QPalette.ColorRole.Text: "#f0f0f0",
    QPalette.ColorRole.Button: "#3a3a3a",
    QPalette.ColorRole.ButtonText: "#f0f0f0",
    QPalette.ColorRole.ToolTipBase: "#3a3a3a",
    QPalette.ColorRole.ToolTipText: "#f0f0f0",
    QPalette.ColorRole.Highlight: "#2f6fb2",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#6cb4f5",
    QPalette.ColorRole.PlaceholderText: "#a0a0a0",
}
"""As Qt's Fusion style looks on a desktop that is dark; offscreen there is no desktop to say so."""


def application() -> QApplication:
    app = QApplication([])
    app.setStyle("fusion")
    return app


def dress(app: QApplication, chosen: str, locale: str, theme: str) -> None:
    QLocale.setDefault(QLocale(locale))
    fonts.fit(language.choose(InterfaceLanguage(chosen)))
    palette = QPalette(app.style().standardPalette())
    if theme == "dark":
        for role, colour in _DARK.items():
            palette.setColor(role, QColor(colour))
        faint = QColor("#8a8a8a")
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, faint)
    app.setPalette(palette)


def picture_of(make: Callable[[], QWidget]) -> QPixmap:
    window = make()
    window.show()
    QApplication.processEvents()
    picture = window.grab()
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    return picture


def picture_of_question(ask: Callable[[QWidget], object]) -> QPixmap:
    """A modal box holds the program up until it is answered: the picture is taken from within, by a timer."""
    pictures: list[QPixmap] = []

    def take() -> None:
        if box := QApplication.activeModalWidget():
            pictures.append(box.grab())
            box.close()

    parent = QWidget()
    QTimer.singleShot(100, take)
    ask(parent)
    parent.deleteLater()
    return pictures[0]
