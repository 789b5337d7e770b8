"""From the first launch to the first copy: the real wizard, worker, engine and clients; simulated services.

Only the screen is missing, and the person: a thread answers what the two sign-in pages ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from core import settings_file
from terminal.demo import Demo, prepare_demo
from ui.messages import RunEnded
from ui.wizard.model import StepName
from ui.wizard.window import Wizard
from ui.worker import SyncWorker

PATIENCE_MS = 30_000


@dataclass
class Newcomer:
    """Who has the program for the first time; `wizard` is what they see."""

    demo: Demo
    qtbot: QtBot
    worker: SyncWorker
    wizard: Wizard = field(default_factory=Wizard)
    heard: list[object] = field(default_factory=list)

    def starts_the_program(self) -> None:
        self.qtbot.addWidget(self.wizard)
        self.wizard.asked.connect(self.worker.ask)
        self.worker.notice.connect(self.heard.append)
        self.worker.notice.connect(self.wizard.hear)
        self.wizard.show()
        self.worker.start()

    def presses(self, text: str) -> None:
        button = self.button(text)
        self.until(button.isEnabled)
        button.click()

    def button(self, text: str) -> QPushButton:
        shown = (each for each in self.wizard.findChildren(QPushButton) if each.isVisible())
        return next(each for each in shown if each.text().replace("&", "") == text)

    def types(self, name: str, text: str) -> None:
        lines = (line for line in self.wizard.findChildren(QLineEdit) if line.isVisible())
        next(line for line in lines if line.accessibleName() == name).setText(text)

    def until(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def told(self, kind: type) -> list:
        return [each for each in self.heard if isinstance(each, kind)]


@pytest.fixture
def newcomer(qtbot: QtBot) -> Iterator[Newcomer]:
    with prepare_demo() as demo:
        file = demo.data_dir / "settings.toml"
        settings_file.save(file, replace(settings_file.load(file), pairs=()))
        demo.vault.store_secret("feishu.app_secret", None)
        demo.sign_in_by_itself()
        worker = SyncWorker(demo.installation, demo.browse)
        newcomer = Newcomer(demo, qtbot, worker)
        yield newcomer
        worker.stop()
        worker.wait()


def test_from_the_first_launch_to_the_first_copy(newcomer: Newcomer) -> None:
    world = newcomer.demo.sandbox.microsoft
    newcomer.starts_the_program()
    newcomer.until(lambda: newcomer.wizard.at is StepName.FEISHU)  # the App ID is there already

    newcomer.types("App Secret", "wrong")
    newcomer.presses("Sign in to Feishu…")
    newcomer.until(newcomer.wizard.step.card._error.isVisible)
    assert "App Secret is wrong" in newcomer.wizard.step.card._error._text.text()
    newcomer.types("App Secret", newcomer.demo.sandbox.feishu.app_secret)
    newcomer.presses("Sign in to Feishu…")
    newcomer.presses("Next")
    newcomer.presses("Sign in to Microsoft…")
    newcomer.presses("Next")
    assert newcomer.wizard.at is StepName.CALENDARS
    newcomer.until(lambda: newcomer.wizard.step.status.text() == "")
    newcomer.presses("Next")
    newcomer.until(lambda: len(newcomer.wizard.step.changes.table.rows()) > 0)
    calendars = [calendar["name"] for calendar in world.calendars()]
    assert "Feishu" not in calendars, "nothing is written before Start"
    assert newcomer.told(RunEnded) == []

    newcomer.presses("Start")
    newcomer.until(lambda: newcomer.told(RunEnded) != [])
    created = sum(pair.created for pair in newcomer.told(RunEnded)[0].report.pairs)
    assert created > 0
    assert "Feishu" in [calendar["name"] for calendar in world.calendars()]
    newcomer.until(lambda: "Done" in newcomer.wizard.step.outcome.text())
    newcomer.presses("Finish")
