"""What people get wrong or take away: told in words and by the exit code, and nothing is lost."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from core.model import Side
from sandbox.feishu.world import Role
from tests.whole.installed import browse
from tests.whole.terminal_program import Program

BAD_SETTINGS = (
    ("interval_minutes = 5", "interval_minuts = 5", ("interval_minuts", "interval_minutes")),
    ("interval_minutes = 5", 'interval_minutes = "5"', ("sync.interval_minutes", "5")),
    ("interval_minutes = 5", "interval_minutes = 0", ("sync.interval_minutes", "0", "1440")),
    ("[sync]", "[sync", ("line",)),
    ('id = "work"', 'id = "work"\nlocal_changes = "keep"', ("local_changes", "keep")),
)


def test_wrong_settings_are_refused_before_any_request(program: Program) -> None:
    for right, wrong, words in BAD_SETTINGS:
        program.edit_settings(right, wrong)
        program.demand_refusal("sync", code=2, words=("settings.toml", *words))
        assert program.installed.sandbox.journal.requests() == []
        program.edit_settings(wrong, right)
    program.demand_recovery()


def test_certificates_that_can_not_be_read_are_a_wrong_setting(program: Program) -> None:
    right, wrong = f'ca_bundle = "{program.installed.sandbox.ca_file}"', 'ca_bundle = "/none/ca.pem"'
    program.edit_settings(right, wrong)
    program.demand_refusal("sync", code=2, words=("setting", "/none/ca.pem"))
    program.edit_settings(wrong, right)
    program.demand_recovery()


def _delete_in_feishu(program: Program) -> Callable[[], None]:
    calendar = program.installed.sandbox.feishu.calendars[program.installed.calendar]
    program.installed.sandbox.feishu.delete_calendar(program.installed.calendar)
    return lambda: setattr(calendar, "is_deleted", False)


def _with_role(role: Role | None) -> Callable[[Program], Callable[[], None]]:
    def lower(program: Program) -> Callable[[], None]:
        world, calendar = program.installed.sandbox.feishu, program.installed.calendar
        world.set_role(calendar, role)
        return lambda: world.set_role(calendar, "owner")

    return lower


@pytest.mark.parametrize(
    ("take_away", "word"),
    [
        (_delete_in_feishu, "deleted"),
        (_with_role("free_busy_reader"), "may not be read"),
        (_with_role(None), "may not be read"),
    ],
    ids=["deleted", "shows free and busy only", "not shared any more"],
)
def test_a_feishu_calendar_that_is_gone_takes_no_copy_along(
    program: Program, take_away: Callable[[Program], Callable[[], None]], word: str
) -> None:
    give_back = take_away(program)
    ended = program.demand_refusal("sync", code=7, words=(word, "pair “work”"))
    assert "stands still" in ended.err
    give_back()
    program.demand_recovery()


def test_an_outlook_calendar_that_is_deleted_is_never_silently_made_again(program: Program) -> None:
    program.installed.sandbox.microsoft.delete_calendar(program.installed.mirror)
    for _ in range(2):
        program.demand_refusal("sync", code=7, words=("Outlook", "deleted", "pair “work”"))
    program.edit_settings('outlook_calendar = "Feishu"', 'outlook_calendar = "From Feishu"')
    assert program("sync").code == 0
    world = program.installed.sandbox.microsoft
    assert [c["name"] for c in world.calendars()] == ["Calendar", "Birthdays", "From Feishu"]
    assert len(world.events(world.calendars()[-1]["id"])) == 8


def test_an_outlook_calendar_that_can_not_be_written_stays_as_it_is(program: Program) -> None:
    program.edit_settings('outlook_calendar = "Feishu"', 'outlook_calendar = "Birthdays"')
    program.demand_refusal("sync", code=7, words=("“Birthdays” may be read but not written", "pair “work”"))
    program.edit_settings('outlook_calendar = "Birthdays"', 'outlook_calendar = "Feishu"')
    program.demand_recovery()


def _sign_in_again(program: Program, side: Side) -> None:
    program.installed.restart()
    program.installed.installation.sign_in(
        side, browse(program.installed.sandbox), lambda: False, lambda _address: None
    )
    program.installed.installation.close()


@pytest.mark.parametrize("side", Side)
def test_a_side_that_is_signed_out_is_named_with_the_command_that_helps(program: Program, side: Side) -> None:
    assert program("sign-out", side.value).code == 0
    program.demand_refusal("sync", code=3, words=("not signed in", f"sign-in {side.value}"))
    _sign_in_again(program, side)
    program.demand_recovery()


def test_a_sign_in_that_was_taken_back_at_feishu_is_asked_for_again(program: Program) -> None:
    program.installed.sandbox.feishu.sessions.revoke()
    program.demand_refusal("sync", code=3, words=("Feishu", "sign-in feishu"))
    _sign_in_again(program, Side.FEISHU)
    program.demand_recovery()


def test_a_sign_in_that_was_taken_back_at_microsoft_is_asked_for_again(program: Program) -> None:
    program.installed.sandbox.microsoft.revoke_refresh_tokens()
    program.installed.sandbox.microsoft.revoke_access_tokens()
    program.demand_refusal("sync", code=3, words=("Microsoft", "sign-in outlook"))
    _sign_in_again(program, Side.OUTLOOK)
    program.demand_recovery()


def test_signing_out_of_feishu_ends_the_sign_in_there_too(program: Program) -> None:
    assert program("sign-out", "feishu").code == 0
    sessions = program.installed.sandbox.feishu.sessions
    assert all(token.revoked for token in sessions.refresh.values())


def test_a_wrong_app_secret_costs_no_sign_in(program: Program) -> None:
    installed = program.installed
    installed.sandbox.feishu.sessions.expire_access()
    installed.vault.store_secret("feishu.app_secret", "wrong")
    for _ in range(2):
        program.demand_refusal("sync", code=7, words=("App Secret", "secret feishu.app_secret"))
    installed.vault.store_secret("feishu.app_secret", installed.sandbox.feishu.app_secret)
    program.demand_recovery()


def test_a_sign_in_without_a_free_callback_port_says_which_are_taken(program: Program, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        ended = program.demand_refusal("sign-in", "feishu", code=3, words=(str(port), "other ports"))
    assert "authorize" not in ended.err
    program.demand_recovery()
