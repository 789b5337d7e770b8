"""Sentences for calendars, mailboxes and single events."""

from __future__ import annotations

from core.errors import (
    AnotherInstallation,
    CalendarGone,
    DeletionsHeld,
    MailboxUnavailable,
    MalformedRow,
    NotExpressible,
    QuotaExhausted,
    RefusedByOutlook,
)
from core.report import Reason
from texts import reasons
from texts.language import _, mark, ngettext
from texts.problems.words import Problem, all_stands_still, one_event, pair_stands_still, service


def deletions_held(error: DeletionsHeld) -> Problem:
    return Problem(
        ngettext(
            "{count} deletion is held in the pair “{pair}”",
            "{count} deletions are held in the pair “{pair}”",
            error.count,
            pair=error.pair,
        ),
        _("More would vanish from Outlook than usual, so none of it was deleted. Everything else goes on."),
        _("Look through the list, then confirm the deletions if they are meant."),
    )


def another_installation(error: AnotherInstallation) -> Problem:
    return Problem(
        _("Another computer syncs this calendar with other settings (pair “{pair}”)", pair=error.pair),
        _("Each would undo what the other writes. So this computer writes nothing more into this calendar."),
        _(
            "Give the pair the same settings on both computers, or stop syncing it on one of them; then "
            "choose “Sync now” here (command: sync --take-over)."
        ),
    )


def quota_exhausted(error: QuotaExhausted) -> Problem:
    means = _(
        "Nothing new comes from Feishu until {date}. The copies in Outlook stay as they are.",
        date=error.until,
    )
    if error.limit:
        title = _("This month’s quota of {limit} Feishu calls, as set here, is used up", limit=error.limit)
        return Problem(title, means, _("Wait for the new month, or raise “monthly_calls” in the settings."))
    return Problem(
        _("The month’s quota of Feishu calls is used up"),
        means,
        _(
            "Wait for the new month, sync less often, or ask the administrator for a larger quota: all apps "
            "of an organisation share it."
        ),
    )


GONE: dict[str, tuple[str, str]] = {
    "deleted": (
        mark("The {service} calendar “{calendar}” was deleted"),
        mark("Choose another calendar for this pair, or remove the pair. It is never made again by itself."),
    ),
    "not found": (
        mark("There is no {service} calendar “{calendar}”"),
        mark("Choose a calendar from the list (command: calendars) for this pair."),
    ),
    "no access": (
        mark("The {service} calendar “{calendar}” may not be read any more"),
        mark("Ask its owner to share it with you again, or choose another one for this pair."),
    ),
    "read only": (
        mark("The {service} calendar “{calendar}” may be read but not written"),
        mark("Choose a calendar of your own for this pair."),
    ),
    "ambiguous": (
        mark("Several {service} calendars are called “{calendar}”"),
        mark("Use the id of the right one (command: calendars) in this pair instead of the name."),
    ),
    "unsupported": (
        mark(
            "Feishu does not give out the events of the calendar “{calendar}” (kind: Google, Exchange or "
            "room)"
        ),
        mark("Choose another calendar for this pair."),
    ),
}


def calendar_gone(error: CalendarGone) -> Problem:
    title, remedy = GONE.get(error.why, GONE["no access"])
    named = _(title, service=service(error.side), calendar=error.calendar)
    if error.pair:
        named = _("{what} (pair “{pair}”)", what=named, pair=error.pair)
    return Problem(named, pair_stands_still(), _(remedy))


MAILBOX: dict[str, tuple[str, str]] = {
    "none": (
        mark("This Microsoft account has no mailbox in the cloud that can be written"),
        mark(
            "Sign in with an account that has Outlook on the web. A mailbox on a company’s own server can’t "
            "be used."
        ),
    ),
    "full": (
        mark("The Outlook mailbox is full"),
        mark("Delete or archive something in Outlook. The program goes on by itself afterwards."),
    ),
}


def mailbox_unavailable(error: MailboxUnavailable) -> Problem:
    title, remedy = MAILBOX.get(error.why, MAILBOX["none"])
    return Problem(_(title), all_stands_still(), _(remedy))


def refused_by_outlook(error: RefusedByOutlook) -> Problem:
    return Problem(
        _("Outlook refused an event ({code})", code=error.code),
        one_event(),
        _("If it goes on, report it with the request id {request}.", request=error.request_id or "–"),
    )


def not_expressible(error: NotExpressible) -> Problem:
    why = reasons.sentence(Reason(error.why, (("rule", error.detail), ("zone", error.detail))))
    return Problem(
        _("Outlook can’t show an event as Feishu has it: {why}", why=why),
        one_event(),
        _("Enter it in Outlook yourself if you need it there, or change it in Feishu."),
    )


def malformed_row(error: MalformedRow) -> Problem:
    return Problem(
        _(
            "Feishu sent an event that can’t be understood (event {event}, field {field})",
            event=error.event_id,
            field=error.field,
        ),
        one_event(),
        _("Open the event in Feishu and save it again; if it goes on, report it."),
    )
