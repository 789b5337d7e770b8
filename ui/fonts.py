"""Which font draws Chinese. Lives in the main thread."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from core.settings import TextLanguage

_SIMPLIFIED = (
    *("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei"),
)


def fit(language: TextLanguage) -> None:
    """Left alone, Qt may take Japanese shapes for Chinese where the system's own language is another.
    Latin letters keep the font that they have: by its real name, since an alias would be resolved anew."""
    font = QFont(QApplication.font())
    latin = QFontInfo(font).family()
    font.setFamilies([latin, *_SIMPLIFIED] if language is TextLanguage.CHINESE else [latin])
    QApplication.setFont(font)
