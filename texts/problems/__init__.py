"""Every error of core/errors.py, told to a person: what happened, what it means, what to do now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import errors
from texts.problems import calendar, computer, registration, settings, sign_in
from texts.problems.words import Problem

__all__ = ["Problem", "describe"]

TABLE: dict[type[errors.SyncError], Callable[[Any], Problem]] = {
    errors.SignInNeeded: sign_in.sign_in_needed,
    errors.SignInFailed: sign_in.sign_in_failed,
    errors.ConsentNeeded: sign_in.consent_needed,
    errors.WrongPerson: sign_in.wrong_person,
    errors.AppMisconfigured: registration.app_misconfigured,
    errors.AnotherInstallation: calendar.another_installation,
    errors.DeletionsHeld: calendar.deletions_held,
    errors.QuotaExhausted: calendar.quota_exhausted,
    errors.CalendarGone: calendar.calendar_gone,
    errors.MailboxUnavailable: calendar.mailbox_unavailable,
    errors.RefusedByOutlook: calendar.refused_by_outlook,
    errors.NotExpressible: calendar.not_expressible,
    errors.MalformedRow: calendar.malformed_row,
    errors.VaultUnavailable: computer.vault_unavailable,
    errors.LedgerUnusable: computer.ledger_unusable,
    errors.ClockWrong: computer.clock_wrong,
    errors.AlreadyRunning: computer.already_running,
    errors.Unreachable: computer.unreachable,
    errors.Throttled: computer.throttled,
    errors.ServiceFailing: computer.service_failing,
    errors.CursorExpired: computer.cursor_expired,
    errors.Stopped: computer.stopped,
    errors.SettingsInvalid: settings.settings_invalid,
}


def describe(error: Exception) -> Problem:
    """In the language of the interface. Anything unknown is a fault of ours, and says so."""
    tell = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), computer.fault)
    return tell(error)
