"""The log: one event a line, private to its owner, without secrets or titles, and of bounded size."""

from __future__ import annotations

import copy
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from core.error_facts import told, traceback_of
from core.errors import LedgerUnusable
from core.files import PRIVATE
from core.places import make_private
from core.redaction import GAP, redact
from core.settings import LogLevel

OURS = ("core", "ui", "terminal", "texts", "sandbox", "__main__")
"""All other loggers stay at warnings: below, the libraries write requests and answers."""

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
MAX_BYTES, OLD_FILES = 1_000_000, 5
LONGEST_EVENT = 20_000
"""Characters. Some of what is logged is chosen by a service."""
LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"


def log_file(data_dir: Path) -> Path:
    return data_dir / "logs" / "feishu-outlook-sync.log"


def start(data_dir: Path, level: LogLevel, *, on_stderr: bool = False) -> None:
    """Everything that is logged goes to the file of this data directory, with `on_stderr` there too.

    May be called again; the last call counts. A log that can't be written stops nobody.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if on_stderr else []
    file = log_file(data_dir)
    try:
        make_private(file.parent)
        handlers.append(_PrivateFile(file, maxBytes=MAX_BYTES, backupCount=OLD_FILES, encoding="utf-8"))
    except (OSError, LedgerUnusable):
        handlers = handlers or [logging.StreamHandler(sys.stderr)]
    stop()
    for handler in handlers:
        handler.setFormatter(_Formatter(LINE, "%Y-%m-%dT%H:%M:%S"))
        logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    set_level(level)


def set_level(level: LogLevel) -> None:
    for name in OURS:
        logging.getLogger(name).setLevel(level.value.upper())


def stop() -> None:
    """Closes what `start` opened."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler.formatter, _Formatter):
            root.removeHandler(handler)
            handler.close()


@contextmanager
def interrupted() -> Iterator[None]:
    """Meanwhile nothing is written, and the file is closed; the next event opens it anew."""
    with ExitStack() as stack:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, _PrivateFile):
                stack.enter_context(handler.at_rest())
        yield


class _Formatter(logging.Formatter):
    """Redacts the whole text, so that arguments and tracebacks are covered as well as messages.
    Errors are told by their facts (core/error_facts.py): their own messages may quote an event."""

    converter = time.gmtime  # type: ignore[assignment]  # the way that logging's documentation shows

    def format(self, record: logging.LogRecord) -> str:
        """Whatever is in a message, it stays one line. What follows it, a traceback, is indented."""
        record = copy.copy(record)
        record.exc_text = None  # another handler's
        if isinstance(record.args, tuple):
            record.args = tuple(told(a) if isinstance(a, BaseException) else a for a in record.args)
        record.msg, record.args = record.getMessage().replace("\r", "\\r").replace("\n", "\\n"), None
        text = redact(super().format(record))  # before it is cut: half a secret would not look like one
        text = text if len(text) <= LONGEST_EVENT else f"{text[:LONGEST_EVENT]} {GAP}"
        return text.replace("\n", "\n    ")

    def formatException(self, ei: _Failure) -> str:  # noqa: N802  # logging's name
        return traceback_of(ei[1]) if ei[1] else ""


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        file = super()._open()
        Path(self.baseFilename).chmod(PRIVATE)
        return file

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """A disk that is full stops nobody; what is in the record is lost."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        with suppress(OSError):  # that disk again: something is left to be written
            super().close()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        self.acquire()
        try:
            self.close()
            yield
        finally:
            self.release()
