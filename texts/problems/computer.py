"""Sentences for keyring, database, clock, network, the services' health, and our own faults."""

from __future__ import annotations

from core.errors import (
    AlreadyRunning,
    ClockWrong,
    CursorExpired,
    LedgerUnusable,
    ServiceFailing,
    Stopped,
    Throttled,
    Unreachable,
    VaultUnavailable,
)
from texts.language import _, mark
from texts.problems.words import Problem, all_stands_still, nothing_to_do, service, tries_again
from texts.report import duration

VAULT: dict[str, tuple[str, str]] = {
    "none": (
        mark("This system has no keyring that is running"),
        mark("Start or install one (GNOME Keyring or KWallet), then start the program again."),
    ),
    "untrusted": (
        mark("The keyring that is set up here does not protect secrets: {detail}"),
        mark("Use the system’s own keyring and remove the setting that chooses another one."),
    ),
    "locked": (
        mark("The keyring is locked, and its password was not entered"),
        mark(
            "Choose “Sync now” to be asked for it once more, or log in to the computer again. By itself the "
            "program asks once an hour at most."
        ),
    ),
    "refused": (
        mark("The access to the keyring was refused"),
        mark("Allow it when the system asks; the program keeps secrets nowhere else."),
    ),
    "timeout": (
        mark("The keyring did not answer in time"),
        mark("Look for a window that asks for the keyring’s password, and answer it."),
    ),
    "damaged": (
        mark("The stored sign-ins don’t fit the keyring"),
        mark("Sign in again on both sides and enter the App Secret again."),
    ),
    "unwritable": (
        mark("What the keyring seals can’t be stored: the program’s data folder can’t be written"),
        mark("Check the permissions of that folder, and that its disk is not read-only."),
    ),
    "disk full": (
        mark("What the keyring seals can’t be stored: the disk is full"),
        mark("Make room on the disk that holds the program’s data folder. Then it goes on by itself."),
    ),
}


def vault_unavailable(error: VaultUnavailable) -> Problem:
    title, remedy = VAULT.get(error.why, VAULT["none"])
    return Problem(_(title, detail=error.detail or "–"), all_stands_still(), _(remedy))


LEDGER: dict[str, tuple[str, str]] = {
    "newer": (
        mark("The local database was written by a newer version of this program"),
        mark("Install the newest version."),
    ),
    "damaged": (
        mark("The local database is damaged"),
        mark(
            "Quit the program and delete {path}: the copies in Outlook are found again by their hidden tags."
        ),
    ),
    "locked": (
        mark("The local database is used by another program"),
        mark("Close what has {path} open (a backup or an antivirus program, perhaps)."),
    ),
    "disk full": (
        mark("The disk is full"),
        mark("Make room on the disk that holds {path}. Then the program goes on by itself."),
    ),
    "unwritable": (
        mark("The program’s data folder can’t be written"),
        mark("Check the permissions of {path} and its folder, and that the disk is not read-only."),
    ),
}


def ledger_unusable(error: LedgerUnusable) -> Problem:
    title, remedy = LEDGER.get(error.why, LEDGER["damaged"])
    return Problem(_(title), all_stands_still(), _(remedy, path=error.path))


def clock_wrong(error: ClockWrong) -> Problem:
    how_much = duration(abs(error.seconds))
    if error.seconds > 0:
        title = _("This computer’s clock is fast by {duration}", duration=how_much)
    else:
        title = _("This computer’s clock is slow by {duration}", duration=how_much)
    return Problem(
        title, all_stands_still(), _("Set the clock and the time zone right, best of all automatically.")
    )


def already_running(error: AlreadyRunning) -> Problem:
    return Problem(
        _("The program is already running with this data folder ({folder})", folder=error.data_dir),
        _("That one keeps the calendars in step."),
        _("Do it there (tray icon), or quit it first."),
    )


UNREACHABLE: dict[str, tuple[str, str]] = {
    "dns": (
        mark("{service} can’t be found in the network ({host})"),
        mark("Check the connection to the internet. The program tries again by itself."),
    ),
    "connection": (
        mark("{service} can’t be reached ({host})"),
        mark("Check the connection to the internet. The program tries again by itself."),
    ),
    "timeout": (
        mark("{service} did not answer in time ({host})"),
        mark("Nothing: the program tries again by itself."),
    ),
    "tls": (
        mark("The connection to {service} is not trustworthy ({host})"),
        mark(
            "If your company inspects connections, give its certificates as “ca_bundle” in the settings. "
            "Otherwise beware: somebody may be listening."
        ),
    ),
    "proxy": (
        mark("The proxy does not let the program through to {service} ({host})"),
        mark("Check “proxy” in the settings or the system’s proxy."),
    ),
}


def unreachable(error: Unreachable) -> Problem:
    title, remedy = UNREACHABLE.get(error.why, UNREACHABLE["connection"])
    return Problem(_(title, service=service(error.side), host=error.host or "–"), tries_again(), _(remedy))


def throttled(error: Throttled) -> Problem:
    return Problem(
        _("{service} asks to wait {duration}", service=service(error.side), duration=duration(error.after)),
        tries_again(),
        nothing_to_do(),
    )


def service_failing(error: ServiceFailing) -> Problem:
    facts = {"service": service(error.side), "status": error.status, "request": error.request_id or "–"}
    return Problem(
        _("{service} has a failure of its own (status {status}, request {request})", **facts),
        tries_again(),
        nothing_to_do(),
    )


def cursor_expired(error: CursorExpired) -> Problem:
    return Problem(
        _("{service} has forgotten what it had already told", service=service(error.side)),
        _("The next run reads everything once more. Nothing is lost."),
        nothing_to_do(),
    )


def stopped(error: Stopped) -> Problem:
    del error
    return Problem(
        _("The run was stopped"),
        _("What was done is recorded, the rest follows in the next run."),
        nothing_to_do(),
    )


def fault(error: Exception) -> Problem:
    """Anything that is no SyncError: not the person's doing."""
    return Problem(
        _("A fault of this program: {kind}", kind=type(error).__name__),
        _("The run was stopped; what was done is recorded. Nothing was deleted in doubt."),
        _("Please report it. The log file says more."),
    )
