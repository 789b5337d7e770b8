"""What the steps for the two accounts have in common: a card to sign in with."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from core.model import Side
from ui.accounts.card import AccountCard
from ui.accounts.form import account_form
from ui.accounts.sign_ins import SignIns
from ui.intents import SignIn, TryConnection
from ui.messages import ConnectionTried, Done, Failed, Notice, Overview, SignInWaiting
from ui.wizard.step import Step


class AccountStep(Step):
    def __init__(self, side: Side, heading: str, text: str) -> None:
        super().__init__(heading, text)
        self.side = side
        self._filled_with: object = None
        self.sign_ins = SignIns((side,))
        self.sign_ins.asked.connect(self.asked)
        self.sign_ins.waiting_changed.connect(self.changed)
        self.card.cancel_asked.connect(self.sign_in_cancelled)
        self.card.pasted.connect(self.address_pasted)
        self.card.link_opened.connect(self.link_opened)
        self.column.addWidget(self.card)

    @property
    def card(self) -> AccountCard:
        return self.sign_ins.cards[self.side]

    def show_overview(self, overview: Overview) -> None:
        """What is being typed is left alone; what was stored or imported meanwhile comes in."""
        super().show_overview(overview)
        stored = account_form(overview.settings, self.side), overview.has_secret(self.side)
        if stored != self._filled_with:
            is_first, self._filled_with = self._filled_with is None, stored
            self.card.fill(overview)
            if is_first:
                self.card.help.unfold(is_open=not stored[0].app)
        self.sign_ins.show_overview(overview)
        self.changed.emit()

    def hear(self, notice: Notice) -> None:
        match notice:
            case SignInWaiting():
                self.sign_ins.wait_for(notice)
            case ConnectionTried():
                self.sign_ins.show_tested(notice)
            case Done(SignIn(side)) if side is self.side:
                self.sign_ins.sign_in_ended(side)
            case Failed(SignIn(side), error) if side is self.side:
                self.sign_ins.sign_in_ended(side, error)
            case Failed(TryConnection(side), error):
                self.sign_ins.test_failed(side, error)
            case _:
                pass

    def primary(self) -> QPushButton | None:
        return None if self.may_go_on() else self.card.sign_in

    def may_go_on(self) -> bool:
        return self.overview.identity(self.side) is not None

    def sign_in(self) -> None:
        self.sign_ins.sign_in(self.side)
