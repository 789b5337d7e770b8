import pytest

from core.errors import (
    CalendarGone,
    ConsentNeeded,
    MailboxUnavailable,
    ServiceFailing,
    Throttled,
    Unreachable,
)
from core.outlook.calendar import OutlookCalendar
from core.writes import (
    AlreadyGone,
    CreateCopy,
    DeleteCopy,
    NotTried,
    Outcome,
    ReadCopy,
    Refused,
    Stored,
    UpdateCopy,
)
from sandbox.journal import Fault, Moment, Reply, Reset, Truncated
from sandbox.journal import Service as JournalService
from tests.wire.outlook_fixtures import (
    BATCH,
    Microsoft,
    calendar,
    microsoft,
    service,
    signed_in,
    single,
    tag,
)

__all__ = ["calendar", "microsoft", "service", "signed_in"]

EVENTS = r"/v1\.0/me/calendars/[^/]*/events"
THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "over its MailboxConcurrency limit"}}
FAILED = {"error": {"code": "ErrorInternalServerError", "message": "m"}}
DENIED = {"error": {"code": "ErrorAccessDenied", "message": "m"}}


def creations(*uids: str) -> list[CreateCopy]:
    return [CreateCopy(single(uid), tag(uid)) for uid in uids]


def kinds(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


def subjects(microsoft: Microsoft, calendar: OutlookCalendar) -> list[str]:
    return sorted(event["subject"] for event in microsoft.world.events(calendar.id))


# --- batches ----------------------------------------------------------------------------------------


def test_items_behind_one_that_fails_are_sent_in_the_next_batch(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    outcomes = calendar.write([*creations("a"), DeleteCopy("nonsense"), *creations("b", "c")])
    assert kinds(outcomes) == ["Stored", "AlreadyGone", "Stored", "Stored"]
    assert microsoft.meter.requests == 2
    assert microsoft.meter.items == 6
    assert subjects(microsoft, calendar) == ["Review a", "Review b", "Review c"]
    assert AlreadyGone() in outcomes


def test_a_batch_that_answers_429_503_and_424_inside_200_ends_with_every_event_once(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(
        EVENTS,
        Reply(429, THROTTLED, {"Retry-After": "2.128"}),
        Reply(429, THROTTLED),
        Reply(503),
        every=3,
        batch_item=True,
    )
    assert kinds(calendar.write(creations("a", "b", "c"))) == ["Stored"] * 3
    assert microsoft.clock.waits[0] == pytest.approx(2.128, abs=0.51)
    assert len(microsoft.clock.waits) == 3
    assert subjects(microsoft, calendar) == ["Review a", "Review b", "Review c"]


def test_what_the_service_did_though_it_answered_503_is_not_done_twice(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(EVENTS, Reply(503), batch_item=True, moment=Moment.AFTER)
    assert kinds(calendar.write(creations("a", "b"))) == ["Stored", "Stored"]
    assert subjects(microsoft, calendar) == ["Review a", "Review b"]


@pytest.mark.parametrize(
    "lost", [Reset(), Truncated(40), Reply(504, "<html>Gateway Timeout</html>")], ids=str
)
def test_a_batch_whose_answer_was_lost_after_it_took_effect_is_repeated_without_doubles(
    microsoft: Microsoft, calendar: OutlookCalendar, lost: Reset | Truncated | Reply
) -> None:
    (old,) = calendar.write(creations("old"))
    assert isinstance(old, Stored)
    microsoft.fail(BATCH, lost, moment=Moment.AFTER)
    outcomes = calendar.write([*creations("a", "b"), DeleteCopy(old.event_id)])
    assert kinds(outcomes) == ["Stored", "Stored", "AlreadyGone"]
    assert subjects(microsoft, calendar) == ["Review a", "Review b"]
    assert {copy.event_id for copy in calendar.listing()} == {
        outcome.event_id for outcome in outcomes if isinstance(outcome, Stored)
    }


def test_an_update_whose_answer_was_lost_is_a_conflict_to_look_at(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    (old,) = calendar.write(creations("a"))
    assert isinstance(old, Stored)
    microsoft.fail(BATCH, Reset(), moment=Moment.AFTER)
    update = UpdateCopy(old.event_id, old.etag, single("a", subject="New"), tag("a"), reshape=False)
    assert kinds(calendar.write([update])) == ["Conflict"]
    assert subjects(microsoft, calendar) == ["New"]


def test_a_creation_that_always_answers_500_is_looked_for_before_it_counts_as_refused(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(EVENTS, *[Reply(500, FAILED)] * 4, batch_item=True, moment=Moment.AFTER, method="POST")
    (made,) = calendar.write(creations("a"))
    assert isinstance(made, Stored)
    assert [copy.event_id for copy in calendar.listing()] == [made.event_id]
    microsoft.journal.clear_faults()
    microsoft.fail(EVENTS, *[Reply(500, FAILED)] * 4, every=2, batch_item=True, method="POST")
    refused, stored = calendar.write(creations("b", "c"))
    assert isinstance(refused, Refused)
    assert refused.code == "ErrorInternalServerError"
    assert isinstance(stored, Stored)


def test_a_copy_with_the_same_key_from_another_creation_is_not_taken_for_ours(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    calendar.write([CreateCopy(single("a"), tag("a", "another-transaction"))])
    microsoft.fail(EVENTS, *[Reply(500, FAILED)] * 4, batch_item=True, method="POST")
    assert kinds(calendar.write(creations("a"))) == ["Refused"]


def test_a_long_penalty_in_the_middle_tells_what_was_done_and_sends_nothing_more(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.journal.add(
        Fault(
            JournalService.MICROSOFT,
            EVENTS,
            Reply(429, THROTTLED, {"Retry-After": "300"}),
            which=range(2, 9),
            batch_item=True,
        )
    )
    outcomes = calendar.write(creations("a", "b", "c"))
    assert kinds(outcomes) == ["Stored", "NotTried", "NotTried"]
    assert NotTried() in outcomes
    with pytest.raises(Throttled) as caught:
        calendar.write(creations("b", "c"))
    assert caught.value.after > 290
    assert microsoft.meter.requests == 1
    assert microsoft.clock.waits == []


def test_a_batch_that_nobody_answers_is_an_error(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    microsoft.fail(BATCH, *[Reset()] * 9)
    with pytest.raises(Unreachable):
        calendar.write(creations("a"))
    assert microsoft.meter.requests == 4


def test_a_token_that_is_refused_in_the_middle_of_a_batch_is_renewed(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    rejected = Reply(401, {"error": {"code": "InvalidAuthenticationToken", "message": "m"}})
    microsoft.fail(EVENTS, rejected, batch_item=True)
    assert kinds(calendar.write(creations("a", "b"))) == ["Stored", "Stored"]
    assert len(microsoft.token_requests()) == 1


def test_a_token_that_was_revoked_between_two_batches_is_renewed(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    calendar.write(creations("a"))
    microsoft.world.revoke_access_tokens()
    assert kinds(calendar.write(creations("b"))) == ["Stored"]
    assert [request.status for request in microsoft.graph_requests()] == [200, 401, 200]
    assert microsoft.meter.requests == 3


# --- what concerns the whole calendar --------------------------------------------------------------


def test_a_calendar_that_became_read_only_is_told_from_a_missing_permission(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(EVENTS, *[Reply(403, DENIED)] * 9, batch_item=True)
    with pytest.raises(ConsentNeeded):
        calendar.write(creations("a", "b"))
    with microsoft.world.lock:
        microsoft.world.mailbox.calendar(calendar.id).can_edit = False
    with pytest.raises(CalendarGone) as caught:
        calendar.write(creations("a", "b"))
    assert caught.value.why == "read only"


def test_a_single_event_that_is_denied_is_refused_alone(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(EVENTS, Reply(403, DENIED), batch_item=True)
    assert kinds(calendar.write(creations("a", "b"))) == ["Refused", "Stored"]


def test_a_mailbox_that_is_full_or_missing_is_named(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    full = {"error": {"code": "ErrorQuotaExceeded", "message": "m"}}
    microsoft.fail(EVENTS, Reply(507, full), Reply(507, full), every=2, batch_item=True)
    with pytest.raises(MailboxUnavailable) as caught:
        calendar.write(creations("a", "b"))
    assert caught.value.why == "full"
    missing = {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "m"}}
    microsoft.fail(EVENTS, Reply(404, missing))
    with pytest.raises(MailboxUnavailable) as caught:
        calendar.listing()
    assert caught.value.why == "none"


def test_what_comes_behind_a_mailbox_that_got_full_is_left_untried(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    full = Reply(507, {"error": {"code": "ErrorQuotaExceeded", "message": "m"}})
    microsoft.journal.add(
        Fault(JournalService.MICROSOFT, EVENTS, full, method="POST", which=range(2, 100), batch_item=True)
    )
    microsoft.journal.clear()
    written = calendar.write(creations("a", "b", "c", "d"))
    assert kinds(written) == ["Stored", "Refused", "NotTried", "NotTried"]
    assert len(microsoft.graph_requests()) == 1


def test_a_calendar_that_was_deleted_fails_its_listing_and_its_creations(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.world.delete_calendar(calendar.id)
    with pytest.raises(CalendarGone):
        calendar.listing()
    with pytest.raises(CalendarGone):
        calendar.write(creations("a"))


# --- answers that prove nothing ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, "<html>Welcome to our hotel</html>"),
        Reply(404, "<html>Not Found</html>"),
        Reply(302, "", {"Location": "https://hotel.example/"}),
        Reply(200, {"value": "nothing"}),
        Reply(200, {"value": [{"id": "x"}]}),
    ],
    ids=["page", "foreign 404", "redirect", "no list", "half an event"],
)
def test_a_listing_that_is_not_understood_fails_and_is_not_empty(
    microsoft: Microsoft, calendar: OutlookCalendar, answer: Reply
) -> None:
    microsoft.fail(EVENTS, answer)
    with pytest.raises(ServiceFailing):
        calendar.listing()


def test_a_foreign_page_does_not_prove_an_event_gone(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    (stored,) = calendar.write(creations("a"))
    assert isinstance(stored, Stored)
    microsoft.fail(r"/v1\.0/me/events/.*", Reply(404, "<html>Not Found</html>"))
    with pytest.raises(ServiceFailing):
        calendar.ask([ReadCopy(stored.event_id)])


def test_a_listing_whose_later_page_fails_fails_as_a_whole(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    half = {"value": [], "@odata.nextLink": f"{microsoft.sandbox.graph_url}/v1.0/me/calendars/gone/events"}
    microsoft.fail(EVENTS, Reply(200, half))
    with pytest.raises(ServiceFailing):
        calendar.listing()


def test_a_link_to_another_host_is_not_followed(microsoft: Microsoft, calendar: OutlookCalendar) -> None:
    foreign = microsoft.sandbox.feishu_url
    half = {"value": [], "@odata.nextLink": f"{foreign}/v1.0/me/calendars/x/events"}
    microsoft.fail(EVENTS, Reply(200, half))
    with pytest.raises(ServiceFailing) as caught:
        calendar.listing()
    assert caught.value.code == "foreign link"
    assert len(microsoft.graph_requests()) == 1


def test_a_throttled_question_waits_as_long_as_it_is_told(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    microsoft.fail(EVENTS, Reply(429, THROTTLED, {"Retry-After": "1.5"}))
    assert calendar.listing() == ()
    assert microsoft.clock.waits == [pytest.approx(1.5, abs=0.51)]
    assert microsoft.meter.requests == 2


def test_a_question_in_a_batch_that_stays_unanswered_is_an_error_and_no_absence(
    microsoft: Microsoft, calendar: OutlookCalendar
) -> None:
    stored = calendar.write(creations("a", "b"))
    questions = [ReadCopy(it.event_id) for it in stored if isinstance(it, Stored)]
    microsoft.fail(r"/v1\.0/me/events/.*", *[Reply(500, FAILED)] * 4, every=2, batch_item=True)
    with pytest.raises(ServiceFailing):
        calendar.ask(questions)


# --- creating a calendar ------------------------------------------------------------------------------


def test_a_calendar_that_was_made_though_the_answer_failed_is_taken(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    for number, lost in enumerate((Reply(503), Reset())):
        signed_in.fail(r"/v1\.0/me/calendars", lost, method="POST", moment=Moment.AFTER)
        assert mailbox.create(f"Feishu {number}").name == f"Feishu {number}"
    assert len(mailbox.calendars()) == 4


def test_a_calendar_that_could_not_be_made_is_an_error(signed_in: Microsoft) -> None:
    signed_in.fail(r"/v1\.0/me/calendars", Reply(503), method="POST")
    mailbox = signed_in.start()
    with pytest.raises(ServiceFailing):
        mailbox.create("Feishu")
    assert len(mailbox.calendars()) == 2


def test_a_calendar_whose_id_the_service_changed_is_found_by_its_mark(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    created = mailbox.create("Feishu")
    world = signed_in.world
    with world.lock:
        moved = world.mailbox.calendars.pop(created.id)
        moved.id = created.id.replace("AAMk", "AAMm", 1)
        world.mailbox.calendars[moved.id] = moved
    assert mailbox.check(created.id).id == moved.id
