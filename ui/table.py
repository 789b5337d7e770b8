"""A table of texts: read, choose, copy. Quick with many thousand rows. Main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

Row = tuple[str, ...]
_Index = QModelIndex | QPersistentModelIndex
WIDEST = 230
"""Pixels that a column takes at most by itself; a person may make it wider."""
MOST_WRAPPED = 500
"""Rows; each is as high as its text needs. Of more rows each has one line: all would have to be measured."""


class Rows(QAbstractTableModel):
    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self.rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        is_text = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._headers[section] if is_text else None


class Table(QTableView):
    def __init__(self, name: str, headers: Sequence[str], *, many: bool = False) -> None:
        """`name` is for screen readers. `many`: several rows can be chosen."""
        super().__init__()
        self._wrap = QTimer(self, singleShot=True, interval=0)
        self._wrap.timeout.connect(self._fit_heights)
        self._rows = Rows(headers, self)
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        one, several = (
            QAbstractItemView.SelectionMode.SingleSelection,
            QAbstractItemView.SelectionMode.ExtendedSelection,
        )
        self.setSelectionMode(several if many else one)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().sectionResized.connect(lambda _column, _before, _now: self._wrap.start())

    def set_rows(self, rows: Sequence[Row], *, chosen: int | None = None) -> None:
        """`chosen`: the row that is selected then."""
        if tuple(rows) != self._rows.rows:
            self._rows.set_rows(rows)
            self._fit()
        if chosen is not None and 0 <= chosen < len(rows):
            self.selectRow(chosen)

    def rows(self) -> tuple[Row, ...]:
        return self._rows.rows

    def chosen(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy(self) -> None:
        """The chosen rows, or all, as a spreadsheet takes them."""
        numbers = self.chosen() or range(len(self._rows.rows))
        QGuiApplication.clipboard().setText(
            "\n".join("\t".join(self._rows.rows[number]) for number in numbers)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def choose_all(self) -> None:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for number in range(len(self._rows.rows)):
            self.selectionModel().select(self._rows.index(number, 0), flags)

    def _fit(self) -> None:
        for column in range(self._rows.columnCount() - 1):
            self.setColumnWidth(column, min(WIDEST, self._wanted(column)))
        self._wrap.start()

    def _fit_heights(self) -> None:
        """Of the last column the whole text is to be read, whatever width is left for it."""
        if len(self._rows.rows) <= MOST_WRAPPED:
            for number in range(len(self._rows.rows)):
                self.setRowHeight(number, self.sizeHintForRow(number) + 6)

    def _wanted(self, column: int) -> int:
        metrics = self.fontMetrics()
        header = self._rows.headerData(column, Qt.Orientation.Horizontal) or ""
        texts = [header, *(row[column] for row in self._rows.rows[:200])]
        return max(metrics.horizontalAdvance(text) for text in texts) + 28
