"""Creating and changing events: the rules that look at several properties, or at what is stored already."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, pairwise, takewhile

from sandbox.microsoft import occurrences
from sandbox.microsoft.errors import GraphError, invalid_property, invalid_request
from sandbox.microsoft.fields import DEFAULTS, Sent
from sandbox.microsoft.mailbox import Calendar, Event, Json, Mailbox, Span
from sandbox.microsoft.recurrence import Rule
from sandbox.microsoft.zones import NO_RECURRENCE, canonical

_LONGEST = timedelta(days=5 * 366)
_PAIRS_LOOKED_AT = 60  # of neighbouring occurrences, for an overlap: five years of a monthly rule


def create(mailbox: Mailbox, calendar: Calendar, sent: Sent, now: float) -> Event:
    """Raises GraphError where the service refuses."""
    if sent.start is None or sent.end is None:
        raise invalid_request(f"Missing parameters: Event.{'Start' if sent.start is None else 'End'}")
    span = _checked(Span.make(sent.start, sent.end, is_all_day=sent.is_all_day or False))
    rule = sent.rule
    if rule is not None:
        rule, span = _fitted(rule, span)
    event = mailbox.add(calendar, {**DEFAULTS, **sent.content}, span, rule, now)
    event.transaction_id = sent.transaction_id
    mailbox.set_properties(event, sent.properties)
    return event


def create_once(
    mailbox: Mailbox, calendar: Calendar, body: Json, sent: Sent, now: float, status: int
) -> Event:
    """Like create, but a transactionId that was used before makes nothing: the same body answers the event
    that it made, any other is refused with `status`."""
    if sent.transaction_id is None:
        return create(mailbox, calendar, sent, now)
    known = mailbox.transactions.get(sent.transaction_id)
    if known is None:
        event = create(mailbox, calendar, sent, now)
        mailbox.transactions[sent.transaction_id] = (calendar.id, body, event)
        return event
    calendar_id, first_body, event = known
    if calendar_id == calendar.id and first_body == body and event.number in mailbox.events:
        return event
    message = (
        "Your request can't be completed. The TransactionId specified in the request has already been used "
        "to create a different event."
    )
    raise GraphError(
        status, "ErrorDuplicateTransactionId", message, annotations={"@event.existingEventId": event.id}
    )


def change(mailbox: Mailbox, event: Event, sent: Sent, now: float, *, resets_exceptions: bool = True) -> None:
    """A change of a series' time, zone or rule erases its exceptions and restores what was cancelled."""
    span = changed_span(event.span, sent)
    rule = sent.rule if sent.says_recurrence else event.rule
    if rule is not None and (sent.says_time or sent.says_recurrence):
        rule, span = _fitted(rule, span)
    if (rule != event.rule or not span.is_same(event.span)) and (resets_exceptions or rule is None):
        event.cancelled.clear()
        event.exceptions.clear()
    elif rule is not None and rule != event.rule:
        _keep_only(event, rule)
    event.content |= sent.content
    event.span, event.rule = span, rule
    mailbox.set_properties(event, sent.properties)
    mailbox.touch(event, now, is_reported=not sent.is_hidden)


def _keep_only(event: Event, rule: Rule) -> None:
    """Nothing can be told of an occurrence that a rule does not have."""
    last = max([*event.cancelled, *event.exceptions], default=date.min)
    days = set(takewhile(lambda day: day <= last, rule.dates()))
    event.cancelled &= days
    for day in set(event.exceptions) - days:
        del event.exceptions[day]


def changed_span(span: Span, sent: Sent) -> Span:
    """The times after a change of some of them."""
    if not sent.says_time:
        return span
    if sent.is_all_day is not None and (sent.start is None or sent.end is None):
        raise invalid_request(f"Missing parameters: Event.{'Start' if sent.start is None else 'End'}")
    is_all_day = span.is_all_day if sent.is_all_day is None else sent.is_all_day
    return _checked(Span.make(sent.start or span.start, sent.end or span.end, is_all_day=is_all_day))


def _checked(span: Span) -> Span:
    start, end = span.start, span.end
    if span.is_all_day:
        if not (start.is_midnight() and end.is_midnight() and canonical(start.zone) == canonical(end.zone)):
            raise invalid_request(
                "The start and end of an all-day event must be midnight in the same time zone."
            )
        if end.local - start.local < timedelta(days=1):
            raise invalid_request("The duration of an event marked as All day must be at least 24 hours.")
    if end.utc < start.utc:
        raise invalid_property()
    if end.utc - start.utc > _LONGEST:
        raise GraphError(
            400, "ErrorCalendarDurationIsTooLong", "The duration of the calendar item is too long."
        )
    return span


def _fitted(rule: Rule, span: Span) -> tuple[Rule, Span]:
    """The rule and the times of its first occurrence: a start off the pattern moves on to the first date that
    matches. Raises GraphError if the two don't belong together."""
    zone = canonical(span.start.zone)
    if rule.zone is not None and canonical(rule.zone) != zone:
        raise invalid_property()
    if zone in NO_RECURRENCE or canonical(span.end.zone) != zone:
        raise invalid_property()
    if rule.start != span.start.local.date():
        message = "The recurrence range's start date must be the date of the event's start."
        raise GraphError(400, "ErrorInvalidRecurrenceRange", message)
    days = list(islice(rule.dates(), _PAIRS_LOOKED_AT))
    if not days:
        raise GraphError(
            400, "ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence in its range."
        )
    if any(_overlap(span, day, following) for day, following in pairwise(days)):
        message = "The duration of an occurrence is longer than the time to the next one."
        raise GraphError(400, "ErrorOccurrenceTimeSpanTooBig", message)
    fitted = replace(rule, start=days[0], zone=rule.zone or span.start.zone)
    return fitted, occurrences.original_span(span, days[0])


def _overlap(span: Span, day: date, following: date) -> bool:
    return span.end.local - span.start.local > following - day
