"""Quit in the middle of a run: the program ends, and nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Delay, Fault, Moment, Sandbox, Service
from tests.desktop.services import add_event, mirrored, set_up_from_a_terminal
from tests.desktop.session import PATIENCE, Session, is_gone
from texts.report import State

pytestmark = pytest.mark.timeout(600)

TITLES = [f"Event {number:02}" for number in range(100)]
"""Five batches."""


def test_quit_in_the_middle_of_a_run_loses_and_doubles_nothing(
    session: Session, sandbox: Sandbox, tmp_path: Path
):
    data_dir = tmp_path / "data"
    for number, title in enumerate(TITLES):
        add_event(sandbox, title, 1 + number % 50)
    set_up_from_a_terminal(session, sandbox, data_dir)
    session.start_trayer()

    quits_while_outlook_answers_late(session, sandbox, data_dir, seconds=2 * PATIENCE)
    assert mirrored(sandbox) != TITLES, "the answer of the first batch was awaited in vain"
    quits_while_outlook_answers_late(session, sandbox, data_dir, seconds=1)

    session.start_tray_app(data_dir)
    session.wait_for_icon(State.UP_TO_DATE)
    assert mirrored(sandbox) == TITLES


def quits_while_outlook_answers_late(
    session: Session, sandbox: Sandbox, data_dir: Path, *, seconds: float
) -> None:
    """Outlook makes the copies of each batch, and says so that much later."""
    is_late = Fault(Service.MICROSOFT, r".*/\$batch", Delay(seconds), which=None, moment=Moment.AFTER)
    sandbox.journal.add(is_late)
    before = len(mirrored(sandbox))
    program = session.start_tray_app(data_dir)
    session.eventually(lambda: len(mirrored(sandbox)) > before, "copy")
    session.choose(State.SYNCING, "Up", "Return")  # Quit
    assert program.wait(PATIENCE) == 0
    session.eventually(lambda: is_gone(program), "end of the program")
    sandbox.journal.clear_faults()
