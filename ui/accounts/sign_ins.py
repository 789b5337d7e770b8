"""Where the sign-ins of one or both sides are: the cards, and what the worker says of them. Main thread."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.errors import SignInFailed, SignInNeeded
from core.model import Side
from core.settings import Settings
from texts.language import _, ngettext
from texts.problems import describe
from ui.accounts.card import AccountCard, AccountState, Phase
from ui.accounts.form import Problems, missing, with_account
from ui.intents import KeepInMemory, Save, SignIn, SignOut, TryConnection
from ui.messages import ConnectionTried, Overview, SignInWaiting
from ui.widgets import FieldBox, problem_line


class SignIns(QObject):
    waiting_changed = Signal()
    asked = Signal(object)
    """An intent for the worker."""

    def __init__(self, sides: Iterable[Side] = tuple(Side)) -> None:
        super().__init__()
        self._overview = Overview(Settings())
        self.cards = {side: AccountCard(side) for side in sides}
        self._states = {side: AccountState(Phase.SIGNED_OUT) for side in self.cards}
        for side, card in self.cards.items():
            card.sign_in_asked.connect(lambda side=side: self.sign_in(side))
            card.memory_asked.connect(lambda side=side: self._go_on_in_memory(side))
            card.code_asked.connect(lambda side=side: self.sign_in(side, with_code=True))
            card.sign_out_asked.connect(lambda side=side: self.asked.emit(SignOut(side)))
            card.test_asked.connect(lambda side=side: self._test(side))

    @property
    def boxes(self) -> dict[str, FieldBox]:
        return {name: box for card in self.cards.values() for name, box in card.boxes.items()}

    @property
    def is_waiting(self) -> bool:
        """For a sign-in in the browser; one at a time."""
        return any(state.phase is Phase.WAITING for state in self._states.values())

    def phase(self, side: Side) -> Phase:
        return self._states[side].phase

    def fill(self, overview: Overview) -> None:
        for card in self.cards.values():
            card.fill(overview)

    def show_problems(self, problems: Problems) -> None:
        for card in self.cards.values():
            card.show_problems(problems)

    def show_overview(self, overview: Overview) -> None:
        self._overview = overview
        for side, state in self._states.items():
            self.cards[side].show_registration(overview.settings)
            if state.phase is not Phase.WAITING:
                identity = overview.identity(side)
                phase = Phase.SIGNED_IN if identity else Phase.SIGNED_OUT
                self._states[side] = AccountState(phase, identity, error=None if identity else state.error)
        self._show()

    def sign_in(self, side: Side, *, with_code: bool = False) -> Problems:
        """What is typed is stored first. What is missing is shown beside its field, and given back."""
        card = self.cards[side]
        form = card.form()
        problems = missing(form, has_secret=self._overview.has_secret(side))
        card.show_problems(problems)
        if not problems:
            self.wait_for(SignInWaiting(side, ""))
            save = Save(with_account(self._overview.settings, form), ((form.secret_key, form.secret),))
            self.asked.emit(SignIn(side, save, with_code=with_code))
        return problems

    def wait_for(self, waiting: SignInWaiting) -> None:
        """`url` is empty until the service's page is known."""
        if waiting.side in self._states:
            self._states[waiting.side] = AccountState(Phase.WAITING, waiting=waiting)
            self._show()

    def sign_in_ended(self, side: Side, error: Exception | None = None) -> None:
        """Who it is, if anybody, comes with the next overview. To have cancelled is no error."""
        if side not in self._states:
            return
        if isinstance(error, SignInFailed) and error.why == "cancelled":
            error = None
        self._states[side] = AccountState(Phase.SIGNED_OUT, error=error)
        self._show()

    def show_lost(self, lost: SignInNeeded) -> None:
        """The service does not take the stored sign-in any more."""
        state = self._states.get(lost.side)
        if state and state.phase is not Phase.WAITING:
            self.sign_in_ended(lost.side, lost if lost.code else state.error)

    def show_tested(self, tested: ConnectionTried) -> None:
        if card := self.cards.get(tested.side):
            card.tell(
                ngettext(
                    "✓ The connection works: {count} calendar found.",
                    "✓ The connection works: {count} calendars found.",
                    tested.calendars,
                )
            )

    def test_failed(self, side: Side, error: Exception) -> None:
        if card := self.cards.get(side):
            card.tell(problem_line(describe(error)))

    def _test(self, side: Side) -> None:
        self.cards[side].tell(_("Testing…"))
        self.asked.emit(TryConnection(side))

    def _go_on_in_memory(self, side: Side) -> None:
        self.asked.emit(KeepInMemory())
        self.sign_in_ended(side)

    def _show(self) -> None:
        for side, card in self.cards.items():
            card.show_state(self._states[side], self._overview.settings, may_sign_in=not self.is_waiting)
        self.waiting_changed.emit()
