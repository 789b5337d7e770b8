"""Who is signed in on both sides, whether it is who was before, and that a sign-in does not end unused."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from core.access import Access
from core.clock import SystemClock
from core.connections import Connections
from core.errors import SyncError, TryLater, WrongPerson
from core.ledger import Ledger
from core.meter import Meter
from core.model import Identity, Side
from core.oauth.interaction import Interaction
from core.ports import Stop
from core.run import accept_person, expected_person
from core.waits import USE_SIGN_INS_EVERY, Waits

log = logging.getLogger(__name__)

USE_AGAIN = timedelta(minutes=10)
"""After an attempt to use a sign-in that got no answer."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """With the connections of this moment."""

    connections: Connections
    ledger: Ledger
    clock: SystemClock
    meter: Meter

    def sign_in(self, side: Side, interaction: Interaction) -> Identity:
        """Raises WrongPerson, with the tokens stored, when it is another person than before."""
        self.clock.heed(interaction.stop)
        person = expected_person(self.ledger, side, self.connections.sign_in(side, interaction))
        self.ledger.set_note(_renewed(side), "yes")
        return person

    def newcomers(self) -> tuple[WrongPerson, ...]:
        """The persons who are signed in where others were before."""
        found = []
        for side in Side:
            try:
                if person := self.connections.signed_in(side):
                    expected_person(self.ledger, side, person)
            except WrongPerson as newcomer:
                found.append(newcomer)
        return tuple(found)

    def accept(self) -> None:
        """From now on it is the calendars of those who are signed in that are mirrored."""
        for side in Side:
            if person := self.connections.signed_in(side):
                accept_person(self.ledger, side, person)

    def keep_signed_in(self, stop: Stop) -> None:
        """Asks both services something where that is due."""
        now, waits = self.clock.now(), Waits(self.ledger)
        if not waits.are_sign_ins_idle(now):
            return
        self.clock.heed(stop)
        again = now + USE_SIGN_INS_EVERY
        for side in Side:
            try:
                if self.connections.signed_in(side):
                    self._use(side)
            except TryLater:
                again = now + USE_AGAIN
            except SyncError as error:
                log.warning("the sign-in of %s can't be used: %s", side.value, type(error).__name__)
        waits.sign_ins_used(again)

    def _use(self, side: Side) -> None:
        access = Access(self.connections, self.ledger, self.clock, self.meter)
        access.demand_patience(side)
        with access.outside_of_runs():
            self.connections.use_sign_in(side)


def renewed(ledger: Ledger) -> Collection[Side]:
    """The sides that were signed in to since the last run."""
    return [side for side in Side if ledger.note(_renewed(side))]


def forget_renewed(ledger: Ledger) -> None:
    for side in Side:
        ledger.set_note(_renewed(side), None)


def _renewed(side: Side) -> str:
    return f"renewed {side.value}"
