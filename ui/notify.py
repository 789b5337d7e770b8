"""Notifications: when one is due (pure), and how the desktop is told."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from core.errors import NeedsPerson
from core.report import RunReport
from core.settings import Notifications
from texts import product, report
from texts.problems import describe

log = logging.getLogger(__name__)

IS_LINUX: bool = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Notification:
    title: str
    text: str
    subject: str
    """What it is about: a later one about the same subject replaces it."""
    is_urgent: bool = False


def summary(run: RunReport, wanted: Notifications) -> Notification | None:
    """One for a run that changed something."""
    has_changed = any(pair.created or pair.updated or pair.deleted for pair in run.pairs)
    if wanted is not Notifications.CHANGES or not has_changed:
        return None
    return Notification(product.name(), report.summary(run), subject="summary")


@dataclass(slots=True)
class AttentionWatch:
    """Tells each problem once: again only after it was gone in between."""

    _told: set[NeedsPerson] = field(default_factory=set)

    def news(self, problems: tuple[NeedsPerson, ...], wanted: Notifications) -> tuple[Notification, ...]:
        new = [problem for problem in problems if problem not in self._told]
        self._told = set(problems)
        if wanted is Notifications.NONE:
            return ()
        return tuple(_of_problem(problem) for problem in new)


def _of_problem(problem: NeedsPerson) -> Notification:
    told = describe(problem)
    return Notification(told.title, told.remedy, subject=type(problem).__name__, is_urgent=True)


class Notifier(QObject):
    """What every desktop's notifications have in common. `clicked`: the person wants to see more of this
    subject."""

    clicked = Signal(str)

    def show(self, notification: Notification) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


class BalloonNotifier(Notifier):
    """Windows and macOS, through the tray icon: no click comes back."""

    def __init__(self, notify: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notify = notify

    def show(self, notification: Notification) -> None:
        self._notify(notification.title, notification.text)


class SilentNotifier(Notifier):
    """A desktop without notifications: the tray still tells the truth."""

    def show(self, notification: Notification) -> None:
        log.info("no notification service: %s", notification.subject)


class DBusNotifier(Notifier):
    """org.freedesktop.Notifications (Desktop Notifications Specification 1.2), in the main thread.

    Nothing here waits: calls are sent, answers come with the socket's notifier. QtDBus can't be used: it
    sends Python's int as `i` where the interface demands `u`.
    """

    def __init__(self, icon: str = "", parent: QObject | None = None) -> None:
        """Raises OSError, KeyError or ValueError where there is no session bus."""
        from jeepney import DBusAddress, MatchRule, message_bus
        from jeepney.io.blocking import open_dbus_connection

        super().__init__(parent)
        self._icon = icon
        self._address = DBusAddress(
            "/org/freedesktop/Notifications",
            bus_name="org.freedesktop.Notifications",
            interface="org.freedesktop.Notifications",
        )
        self._connection = open_dbus_connection("SESSION")
        rule = MatchRule(type="signal", interface=self._address.interface, member="ActionInvoked")
        self._connection.send(message_bus.AddMatch(rule))
        self._asked: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        self._readable = QSocketNotifier(self._connection.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._readable.activated.connect(self._receive)

    def show(self, notification: Notification) -> None:
        from jeepney import new_method_call

        hints = {
            "urgency": ("y", 2 if notification.is_urgent else 1),
            "desktop-entry": ("s", "feishu-outlook-sync"),
        }
        call = new_method_call(
            self._address,
            "Notify",
            "susssasa{sv}i",
            (
                product.name(),
                self._ids.get(notification.subject, 0),
                self._icon,
                notification.title,
                escape(notification.text, quote=False),  # the text is markup by the specification
                ["default", product.name()],
                hints,
                -1,
            ),
        )
        serial = next(self._connection.outgoing_serial)
        self._asked[serial] = notification.subject
        try:
            self._connection.send(call, serial=serial)
        except OSError:
            log.exception("the session bus is gone")
            self.close()

    def close(self) -> None:
        self._readable.setEnabled(False)
        self._connection.close()

    def _receive(self) -> None:
        try:
            while True:
                self._read(self._connection.receive(timeout=0))
        except TimeoutError:
            return
        except OSError:
            log.info("the session bus has ended")
            self._readable.setEnabled(False)

    def _read(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType

        fields = message.header.fields
        match message.header.message_type:
            case MessageType.method_return:
                subject = self._asked.pop(fields.get(HeaderFields.reply_serial, 0), None)
                if subject and message.body:
                    self._ids[subject] = message.body[0]
            case MessageType.error:
                if self._asked.pop(fields.get(HeaderFields.reply_serial, 0), None):
                    log.info("no notification was shown: %s", fields.get(HeaderFields.error_name))
            case MessageType.signal if fields.get(HeaderFields.member) == "ActionInvoked":
                clicked = message.body[0] if message.body else None
                if subject := next((name for name, known in self._ids.items() if known == clicked), None):
                    self.clicked.emit(subject)


def make_notifier(balloon: Callable[[str, str], None] | None, icon: str = "") -> Notifier:
    """`balloon`: how the tray shows one, where it can."""
    if IS_LINUX:
        try:
            return DBusNotifier(icon)
        except Exception as error:  # noqa: BLE001  # no bus, another protocol, a bus that refuses us: all the same
            log.info("no session bus: %s", type(error).__name__)
            return SilentNotifier()
    return BalloonNotifier(balloon) if balloon else SilentNotifier()
