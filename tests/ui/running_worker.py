"""A worker at work in its own thread, and every notice that the main thread got from it, in order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from pytestqt.qtbot import QtBot

from core.installation import Installation
from ui.messages import Attention
from ui.tray.state import STARTING, TrayState
from ui.worker import SyncWorker

T = TypeVar("T")
PATIENCE_MS = 20_000


class RunningWorker:
    def __init__(self, qtbot: QtBot, build: Callable[[], Installation], **options: Any) -> None:
        """`options`: the worker's own."""
        self.worker = SyncWorker(build, options.pop("browse", lambda _url: None), **options)
        self.notices: list[object] = []
        self.threads: set[int] = set()
        self._qtbot = qtbot
        self.worker.notice.connect(self._heard)
        self.worker.start()

    def _heard(self, notice: object) -> None:
        self.threads.add(threading.get_ident())
        self.notices.append(notice)

    def all(self, kind: type[T]) -> list[T]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def until_heard(self, kind: type[T], count: int = 1) -> T:
        self.until(lambda: len(self.all(kind)) >= count)
        return self.all(kind)[-1]

    @property
    def shown(self) -> TrayState:
        return (self.all(TrayState) or [STARTING])[-1]

    @property
    def attention(self) -> tuple[Exception, ...]:
        return (self.all(Attention) or [Attention(())])[-1].problems

    def stop(self) -> None:
        self.worker.stop()
        assert self.worker.wait(PATIENCE_MS)
