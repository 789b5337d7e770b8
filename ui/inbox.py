"""What other threads have for the worker. Every method may be called from any thread."""

from __future__ import annotations

import queue
import threading

from ui.intents import Intent


class Inbox:
    def __init__(self) -> None:
        self._intents: queue.Queue[Intent | None] = queue.Queue()
        self._stopping = threading.Event()
        self._sign_in_cancelled = threading.Event()
        self._address = ""

    def put(self, intent: Intent) -> None:
        self._intents.put(intent)

    def stop(self) -> None:
        """The program ends."""
        self._stopping.set()
        self._intents.put(None)

    def cancel_sign_in(self) -> None:
        self._sign_in_cancelled.set()

    def paste_address(self, address: str) -> None:
        """Of the page that a sign-in has ended on, for the one that waits for it."""
        self._address = address

    # --- for the worker -----------------------------------------------------------------------------

    def take(self, patience: float) -> Intent | None:
        """The next one; None after `patience` seconds without any, or when the program ends."""
        try:
            return self._intents.get(timeout=patience)
        except queue.Empty:
            return None

    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def is_wanted(self) -> bool:
        """Whether somebody waits: a run makes room for them between two batches, and goes on afterwards."""
        return self._stopping.is_set() or not self._intents.empty()

    def begin_sign_in(self) -> None:
        """What was cancelled or pasted before concerned another one."""
        self._sign_in_cancelled.clear()
        self._address = ""

    def is_sign_in_cancelled(self) -> bool:
        return self._stopping.is_set() or self._sign_in_cancelled.is_set()

    def pasted_address(self) -> str:
        return self._address
