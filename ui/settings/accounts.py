"""Both accounts on one page."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.settings import Settings
from ui.accounts.form import with_account
from ui.accounts.sign_ins import SignIns
from ui.messages import Overview
from ui.widgets import FieldBox


class AccountsPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.sign_ins = SignIns()
        column = QVBoxLayout(self)
        column.setSpacing(14)
        cards = list(self.sign_ins.cards.values())
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)
        labels = [label for card in cards for label in card.labels]
        for label in labels:
            label.setMinimumWidth(max(one.sizeHint().width() for one in labels))

    @property
    def boxes(self) -> dict[str, FieldBox]:
        return self.sign_ins.boxes

    def fill(self, overview: Overview) -> None:
        self.sign_ins.fill(overview)

    def applied(self, settings: Settings) -> Settings:
        for card in self.sign_ins.cards.values():
            settings = with_account(settings, card.form())
        return settings

    def secrets(self) -> tuple[tuple[str, str], ...]:
        """Those that were typed anew."""
        forms = [card.form() for card in self.sign_ins.cards.values()]
        return tuple((form.secret_key, form.secret) for form in forms if form.secret)
