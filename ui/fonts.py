"""Which font draws Chinese. Lives in the main thread."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from core.settings import TextLanguage

_SIMPLIFIED = (
    *("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei"),
)


def fit(language: TextLanguage) -> None:
    """Left alone, Qt may take Japanese shapes for Chinese where the system's own language is another. The
    Chinese font comes first, as on a Chinese system: quotation marks and dashes are in every Latin font too,
    but narrow. The system's font goes by its real name, since an alias would be resolved anew."""
    font = QFont(QApplication.font())
    own = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    simplified = [family for family in _SIMPLIFIED if QFontDatabase.hasFamily(family)]
    font.setFamilies([*simplified, own] if language is TextLanguage.CHINESE else [own])
    QApplication.setFont(font)
