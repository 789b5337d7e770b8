import threading

import pytest

from core.errors import (
    ClockWrong,
    ConsentNeeded,
    ServiceFailing,
    SignInNeeded,
    Throttled,
    VaultUnavailable,
)
from core.model import Side
from sandbox.journal import Delay, Fault, Reply, Service
from sandbox.microsoft.switches import TokenFailure
from tests.wire.outlook_fixtures import TOKEN, Microsoft, microsoft, service, signed_in

__all__ = ["microsoft", "service", "signed_in"]


def test_a_program_that_starts_anew_knows_who_it_is_and_goes_on_without_asking_the_token_service(
    signed_in: Microsoft,
) -> None:
    mailbox = signed_in.start()
    assert mailbox.identity().name == signed_in.world.person.name
    assert signed_in.journal.requests() == []
    assert len(mailbox.calendars()) == 2
    assert signed_in.token_requests() == []


def test_without_a_sign_in_nothing_is_sent(microsoft: Microsoft) -> None:
    mailbox = microsoft.start()
    for question in (mailbox.identity, mailbox.calendars):
        with pytest.raises(SignInNeeded):
            question()
    assert microsoft.journal.requests() == []


def test_a_start_after_expiry_refreshes_first_and_stores_the_rotated_token(signed_in: Microsoft) -> None:
    before = signed_in.vault.text
    signed_in.clock.true += 7200
    signed_in.start().calendars()
    assert [request.status for request in signed_in.graph_requests()] == [200]
    assert len(signed_in.token_requests()) == 1
    assert signed_in.vault.text != before
    signed_in.start().calendars()
    assert len(signed_in.token_requests()) == 1


def test_a_token_is_refreshed_five_minutes_ahead(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    signed_in.clock.true += 3599 - 310
    mailbox.calendars()
    assert signed_in.token_requests() == []
    signed_in.clock.true += 20
    mailbox.calendars()
    mailbox.calendars()
    assert len(signed_in.token_requests()) == 1


def test_short_lived_tokens_are_not_refreshed_at_every_request(signed_in: Microsoft) -> None:
    signed_in.world.switches.expires_in = 60
    signed_in.clock.true += 3600
    mailbox = signed_in.start()
    for _ in range(5):
        mailbox.calendars()
    assert len(signed_in.token_requests()) == 1


def test_a_token_that_graph_refuses_is_renewed_once_though_the_clock_says_it_is_good(
    signed_in: Microsoft,
) -> None:
    signed_in.world.revoke_access_tokens()
    mailbox = signed_in.start()
    assert len(mailbox.calendars()) == 2
    assert len(mailbox.calendars()) == 2
    assert [request.status for request in signed_in.graph_requests()] == [401, 200, 200]
    assert len(signed_in.token_requests()) == 1
    signed_in.start().calendars()
    assert len(signed_in.token_requests()) == 1


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_was_wrong_when_the_token_came_costs_one_refresh_and_nothing_else(
    signed_in: Microsoft, hours: int
) -> None:
    for name in ("cached_at", "expires_on"):
        signed_in.alter_access_token(**{name: str(int(signed_in.access_token()[name]) + hours * 3600)})
    signed_in.clock.true += 5400
    mailbox = signed_in.start()
    for _ in range(3):
        assert len(mailbox.calendars()) == 2
    assert len(signed_in.token_requests()) == 1


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_wrong_now_does_no_harm(signed_in: Microsoft, hours: int) -> None:
    signed_in.clock.error = hours * 3600
    mailbox = signed_in.start()
    signed_in.clock.true += 5400
    for _ in range(3):
        assert len(mailbox.calendars()) == 2
    assert len(signed_in.token_requests()) == 1


def test_a_token_that_is_always_refused_ends_the_run_and_names_a_wrong_clock_first(
    signed_in: Microsoft,
) -> None:
    rejected = Reply(401, {"error": {"code": "InvalidAuthenticationToken"}})
    signed_in.journal.add(Fault(Service.MICROSOFT, r"/v1\.0/.*", rejected, which=None))
    with pytest.raises(SignInNeeded):
        signed_in.start().calendars()
    signed_in.clock.error = 7200
    with pytest.raises(ClockWrong):
        signed_in.start().calendars()
    assert len(signed_in.graph_requests()) == 4


def test_a_revoked_sign_in_needs_the_person_and_is_not_asked_for_again_and_again(
    signed_in: Microsoft,
) -> None:
    signed_in.world.revoke_refresh_tokens()
    signed_in.world.revoke_access_tokens()
    kept = signed_in.vault.text
    with pytest.raises(SignInNeeded) as caught:
        signed_in.start().calendars()
    assert caught.value.code.startswith("AADSTS")
    assert len(signed_in.token_requests()) == 1
    assert signed_in.vault.text == kept
    signed_in.sign_in()
    assert len(signed_in.start().calendars()) == 2


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (TokenFailure.EXPIRED, SignInNeeded(Side.OUTLOOK, "AADSTS700082")),
        (TokenFailure.PASSWORD_CHANGED, SignInNeeded(Side.OUTLOOK, "AADSTS50173")),
        (TokenFailure.INTERACTION_REQUIRED, SignInNeeded(Side.OUTLOOK, "AADSTS50076")),
        (TokenFailure.BLOCKED, SignInNeeded(Side.OUTLOOK, "AADSTS53003")),
        (TokenFailure.NOT_CONSENTED, None),
        (TokenFailure.THROTTLED, Throttled(Side.OUTLOOK, 5.0)),
        (TokenFailure.UNAVAILABLE, ServiceFailing(Side.OUTLOOK, 503, "not JSON")),
    ],
    ids=lambda value: value.name if isinstance(value, TokenFailure) else "",
)
def test_a_refresh_that_fails_is_told_by_its_reason_and_succeeds_once_the_reason_is_gone(
    signed_in: Microsoft, failure: TokenFailure, expected: Exception | None
) -> None:
    signed_in.world.switches.token_failure = failure
    signed_in.clock.true += 7200
    mailbox = signed_in.start()
    kept = signed_in.vault.text
    with pytest.raises(type(expected) if expected else ConsentNeeded) as caught:
        mailbox.calendars()
    assert expected is None or caught.value == expected
    assert signed_in.vault.text == kept
    assert signed_in.meter.requests == 0
    signed_in.world.switches.token_failure = None
    assert len(mailbox.calendars()) == 2


@pytest.mark.parametrize(
    "odd",
    [
        {"access_token": None},
        {"access_token": "a", "refresh_token": []},
        {"access_token": 5, "refresh_token": "r"},
        {},
    ],
)
def test_tokens_that_are_none_are_a_failure_of_the_service_and_not_kept(
    signed_in: Microsoft, odd: dict[str, object]
) -> None:
    answer = Reply(200, {"token_type": "Bearer", "expires_in": 3599, "scope": "Calendars.ReadWrite"} | odd)
    signed_in.journal.add(Fault(Service.MICROSOFT, TOKEN, answer))
    signed_in.clock.true += 7200
    mailbox, kept = signed_in.start(), signed_in.vault.text
    with pytest.raises(ServiceFailing):
        mailbox.calendars()
    assert signed_in.vault.text == kept
    assert len(mailbox.calendars()) == len(signed_in.start().calendars()) == 2


def test_no_refresh_is_asked_for_whose_result_could_not_be_kept(signed_in: Microsoft) -> None:
    signed_in.clock.true += 7200
    signed_in.vault.is_writable = False
    with pytest.raises(VaultUnavailable):
        signed_in.start().calendars()
    assert signed_in.journal.requests() == []


def test_two_programs_at_once_refresh_one_after_the_other_and_only_once(signed_in: Microsoft) -> None:
    signed_in.journal.add(Fault(Service.MICROSOFT, TOKEN, Delay(0.3)))
    signed_in.clock.true += 7200
    mailboxes = [signed_in.start(), signed_in.start()]
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda mailbox=mailbox: found.append(len(mailbox.calendars())))
        for mailbox in mailboxes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2, 2]
    assert len(signed_in.token_requests()) == 1


def test_a_program_learns_of_the_token_that_another_one_fetched(signed_in: Microsoft) -> None:
    first, second = signed_in.start(), signed_in.start()
    assert len(first.calendars()) == len(second.calendars())
    signed_in.world.revoke_access_tokens()
    first.calendars()
    second.calendars()
    assert len(signed_in.token_requests()) == 1


def test_the_library_does_not_answer_from_memory_when_graph_refuses_a_token(signed_in: Microsoft) -> None:
    """The real service names scopes as they were asked for; then MSAL finds the refused token again."""
    prefix = f"{signed_in.sandbox.graph_url}/"
    signed_in.alter_access_token(target=f"{prefix}Calendars.ReadWrite {prefix}User.Read")
    signed_in.world.revoke_access_tokens()
    assert len(signed_in.start().calendars()) == 2
    assert len(signed_in.token_requests()) == 1


def test_a_token_that_was_replaced_does_not_stay(signed_in: Microsoft) -> None:
    signed_in.alter_access_token(target="Mail.Read")
    signed_in.add_access_token("stale", target="Tasks.Read")
    signed_in.world.revoke_access_tokens()
    assert len(signed_in.start().calendars()) == 2
    assert signed_in.access_token()["secret"] in signed_in.world.grants.access_tokens


def test_signing_out_elsewhere_is_noticed_at_the_next_refresh(signed_in: Microsoft) -> None:
    mailbox = signed_in.start()
    mailbox.calendars()
    signed_in.vault.text = None
    signed_in.clock.true += 7200
    with pytest.raises(SignInNeeded):
        mailbox.calendars()


def test_a_token_is_never_shown_to_another_registrations_hosts(signed_in: Microsoft) -> None:
    signed_in.world.client_id = "0f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0"
    with pytest.raises(SignInNeeded):
        signed_in.start().calendars()
    assert signed_in.journal.requests() == []
