"""Both accounts on one page, and where each of their sign-ins is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import SignInFailed, SignInNeeded
from core.model import Side
from ui.messages import Overview, SignInWaiting
from ui.settings.account import AccountCard, AccountState, Phase
from ui.settings.form import Field, Form, Problems
from ui.settings.widgets import FieldBox


class AccountsPage(QWidget):
    waiting_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._states = {side: AccountState(Phase.SIGNED_OUT) for side in Side}
        self.cards = {side: AccountCard(side) for side in Side}
        column = QVBoxLayout(self)
        column.setSpacing(14)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        labels = [label for card in self.cards.values() for label in card.labels]
        for label in labels:
            label.setMinimumWidth(max(one.sizeHint().width() for one in labels))

    @property
    def boxes(self) -> dict[Field, FieldBox]:
        return self.cards[Side.FEISHU].boxes | self.cards[Side.OUTLOOK].boxes

    @property
    def is_waiting(self) -> bool:
        """For a sign-in in the browser; one at a time."""
        return any(state.phase is Phase.WAITING for state in self._states.values())

    def fill(self, form: Form, *, has_app_secret: bool) -> None:
        for card in self.cards.values():
            card.fill(form, has_app_secret=has_app_secret)

    def show_problems(self, problems: Problems) -> None:
        for card in self.cards.values():
            card.show_problems(problems)

    def show_overview(self, overview: Overview) -> None:
        for side, state in self._states.items():
            self.cards[side].show_registration(overview.settings)
            if state.phase is not Phase.WAITING:
                identity = overview.identity(side)
                phase = Phase.SIGNED_IN if identity else Phase.SIGNED_OUT
                self._states[side] = AccountState(phase, identity, error=None if identity else state.error)
        self._show()

    def wait_for(self, waiting: SignInWaiting) -> None:
        """`url` is empty until the service's page is known."""
        self._states[waiting.side] = AccountState(Phase.WAITING, url=waiting.url)
        self._show()

    def sign_in_ended(self, side: Side, error: Exception | None = None) -> None:
        """Who it is, if anybody, comes with the next overview. To have cancelled is no error."""
        if isinstance(error, SignInFailed) and error.why == "cancelled":
            error = None
        self._states[side] = AccountState(Phase.SIGNED_OUT, error=error)
        self._show()

    def show_lost(self, lost: SignInNeeded) -> None:
        """The service does not take the stored sign-in any more."""
        state = self._states[lost.side]
        if state.phase is not Phase.WAITING:
            self.sign_in_ended(lost.side, lost if lost.code else state.error)

    def _show(self) -> None:
        for side, card in self.cards.items():
            card.show_state(self._states[side], may_sign_in=not self.is_waiting)
        self.waiting_changed.emit()
