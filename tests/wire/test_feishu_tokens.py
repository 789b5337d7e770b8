"""A refresh token works once: nobody may spend it twice, and nothing that came may be lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from core.errors import (
    AppMisconfigured,
    ServiceFailing,
    SignInNeeded,
    Throttled,
    Unreachable,
    VaultUnavailable,
)
from core.feishu.session import signed_in as who_is_signed_in
from core.model import Side
from sandbox.journal import Delay, Fault, Moment, Reply, Reset, Service, Truncated
from tests.wire.feishu_fixtures import TOKEN_PATH, Desk, desk, signed_in

__all__ = ["desk", "signed_in"]

ANOTHER_PROCESS = """
import sys, time
from pathlib import Path
from time import sleep
from core.feishu.cloud import cloud_of
from core.feishu.session import FeishuSession
from core.feishu.token_endpoint import App, TokenEndpoint
from core.network import make_session
from core.settings import FeishuCloud, FeishuSettings, NetworkSettings
from tests.wire.feishu_fixtures import FileVault, Meter, Time

url, app_id, secret, vault, lock, now = sys.argv[1:]
settings = FeishuSettings(cloud=FeishuCloud.CUSTOM, app_id=app_id, open_url=url, accounts_url=url)
clock = Time(true=float(now))
endpoint = TokenEndpoint(make_session(NetworkSettings()), cloud_of(settings), App(app_id, secret), clock.now)
tokens = FeishuSession(settings=settings, endpoint=endpoint, vault=FileVault(Path(vault)), clock=clock,
                       meter=Meter(), lock=Path(lock))
print("ready", flush=True)
sys.stdin.readline()
print(tokens.access_token(), flush=True)
"""


def start_another_process(desk: Desk) -> "subprocess.Popen[str]":
    """Is ready to ask for a token when it is sent a line."""
    arguments = [
        desk.settings.open_url,
        desk.settings.app_id,
        desk.feishu.app_secret,
        str(desk.vault.path),
        str(desk.lock),
        str(desk.time.now().timestamp()),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS, *arguments],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def refreshes(desk: Desk) -> int:
    return desk.asked(TOKEN_PATH)


def test_a_good_token_is_used_without_a_request(signed_in: Desk) -> None:
    signed_in.time.true += 7200 - 301
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access
    assert refreshes(signed_in) == 0


def test_a_token_is_renewed_five_minutes_before_its_end(signed_in: Desk) -> None:
    old = signed_in.tokens().access_token()
    signed_in.time.true += 7200 - 300
    new = signed_in.tokens().access_token()
    assert new != old
    assert new in signed_in.feishu.sessions.access
    assert refreshes(signed_in) == signed_in.meter.count == 1
    assert signed_in.tokens().access_token() == new
    assert refreshes(signed_in) == 1


def test_an_answer_without_a_refresh_token_leaves_the_old_one_in_force(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    short = {"code": 0, "access_token": "short", "expires_in": 600}
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Reply(200, short)))
    assert signed_in.tokens().access_token() == "short"
    signed_in.time.true += 600
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_a_short_lived_token_is_not_renewed_all_the_time(desk: Desk) -> None:
    desk.feishu.sessions.access_lifetime = 120
    desk.sign_in()
    desk.time.true += 59
    desk.tokens().access_token()
    assert refreshes(desk) == 1  # the code's exchange
    desk.time.true += 1
    desk.tokens().access_token()
    assert refreshes(desk) == 2


def test_two_processes_spend_one_refresh_token_once(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    slow = Delay(0.5)
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, slow, moment=Moment.AFTER, which=None))
    processes = [start_another_process(signed_in) for _ in range(2)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    here = signed_in.tokens().access_token()
    outputs = [process.communicate(timeout=30)[0].strip() for process in processes]
    assert outputs == [here, here]
    assert refreshes(signed_in) == 1


def test_many_askers_in_one_process_cause_one_refresh(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Delay(0.3), which=None))
    shared = signed_in.tokens()
    with ThreadPoolExecutor() as threads:
        found = set(threads.map(lambda tokens: tokens.access_token(), [shared, shared, signed_in.tokens()]))
    assert len(found) == 1
    assert refreshes(signed_in) == 1


def test_nothing_is_refreshed_whose_result_could_not_be_kept(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.vault.is_writable = False
    with pytest.raises(VaultUnavailable):
        signed_in.tokens().access_token()
    assert refreshes(signed_in) == 0
    signed_in.vault.is_writable = True
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_killed_between_rotation_and_storing_asks_once_with_the_old_one(signed_in: Desk) -> None:
    """The service has rotated, we have not stored: as after a kill, the vault has the old token."""
    before = signed_in.vault.tokens(Side.FEISHU)
    signed_in.time.true += 7200
    signed_in.tokens().access_token()
    signed_in.vault.store_tokens(Side.FEISHU, before)
    signed_in.journal.clear()
    with pytest.raises(SignInNeeded) as ended:
        signed_in.tokens().access_token()
    assert ended.value.code == "20073"
    assert refreshes(signed_in) == 1


@pytest.mark.parametrize("happens", [Reset(), Truncated(30)])
def test_an_answer_that_was_lost_is_followed_by_one_more_try(
    signed_in: Desk, happens: Reset | Truncated
) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, happens, moment=Moment.AFTER))
    with pytest.raises(SignInNeeded):
        signed_in.tokens().access_token()
    assert refreshes(signed_in) == signed_in.meter.count == 2


@pytest.mark.parametrize(
    "happens",
    [
        Reset(),
        Reply(502, "<html>Bad gateway</html>"),
        Reply(500, {"code": 20050, "error": "server_error"}),
        Reply(503, {"code": 20072, "error": "temporarily_unavailable"}),
    ],
)
def test_a_failure_before_the_rotation_costs_one_more_try(signed_in: Desk, happens: Reset | Reply) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, happens))
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access
    assert refreshes(signed_in) == 2


def test_a_token_service_that_is_away_is_tried_twice_and_forgets_nobody(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Reset(), which=None))
    with pytest.raises(Unreachable):
        signed_in.tokens().access_token()
    assert refreshes(signed_in) == 2
    signed_in.journal.clear_faults()
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Reply(503, ""), which=None))
    with pytest.raises(ServiceFailing):
        signed_in.tokens().access_token()
    signed_in.journal.clear_faults()
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_a_throttled_refresh_is_left_to_the_schedule(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.answers(TOKEN_PATH, 429, 99991400, {"x-ogw-ratelimit-reset": "40"})
    with pytest.raises(Throttled) as throttled:
        signed_in.tokens().access_token()
    assert throttled.value.after == 40
    assert refreshes(signed_in) == 1


@pytest.mark.parametrize("how", ["idle", "revoked", "unknown code"])
def test_a_sign_in_that_has_ended_is_remembered_and_not_asked_for_again(signed_in: Desk, how: str) -> None:
    signed_in.time.true += 7200
    match how:
        case "idle":
            signed_in.feishu.sessions.expire_refresh()
        case "revoked":
            signed_in.feishu.sessions.revoke()
        case _:
            signed_in.answers(TOKEN_PATH, 400, 20099)
    for _ in range(3):
        with pytest.raises(SignInNeeded):
            signed_in.tokens().access_token()
    assert refreshes(signed_in) == 1
    assert who_is_signed_in(signed_in.settings, signed_in.vault) is None
    signed_in.sign_in()
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_a_fault_of_the_registration_does_not_end_the_sign_in(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.feishu.app.may_refresh = False
    with pytest.raises(AppMisconfigured) as switch:
        signed_in.tokens().access_token()
    assert (switch.value.what, switch.value.code) == ("refresh_switch", "20074")
    assert switch.value.link.endswith(f"/app/{signed_in.settings.app_id}/safe")
    signed_in.feishu.app.may_refresh = True
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_a_wrong_secret_is_named_and_loses_nothing(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    with pytest.raises(AppMisconfigured) as wrong:
        signed_in.tokens(app_secret="old one").access_token()
    assert wrong.value.what == "app_secret"
    assert signed_in.tokens().access_token() in signed_in.feishu.sessions.access


def test_a_new_sign_in_is_not_overwritten_by_a_refresh_that_was_under_way(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Delay(1.0), moment=Moment.AFTER))
    with ThreadPoolExecutor() as threads:
        refreshed = threads.submit(signed_in.tokens().access_token)
        while not any(token.used for token in signed_in.feishu.sessions.refresh.values()):
            sleep(0.01)
        signed_in.sign_in()
        stored = signed_in.vault.tokens(Side.FEISHU)
        assert refreshed.result() == signed_in.tokens().access_token()
    assert signed_in.vault.tokens(Side.FEISHU) == stored


def test_signing_out_is_not_undone_by_a_refresh_that_was_under_way(signed_in: Desk) -> None:
    signed_in.time.true += 7200
    signed_in.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Delay(0.5), moment=Moment.AFTER))
    with ThreadPoolExecutor() as threads:
        refreshed = threads.submit(signed_in.tokens().access_token)
        while not any(token.used for token in signed_in.feishu.sessions.refresh.values()):
            sleep(0.01)
        signed_in.vault.store_tokens(Side.FEISHU, None)
        with pytest.raises(SignInNeeded):
            refreshed.result()
    assert signed_in.vault.tokens(Side.FEISHU) is None


# the clock was wrong when the token was stored (AUTH-2)


@pytest.mark.parametrize("error", [3 * 3600, -3 * 3600])
def test_a_clock_that_was_wrong_at_sign_in_costs_at_most_one_refresh(desk: Desk, error: int) -> None:
    desk.time.error = error
    desk.sign_in()
    desk.time.error = 0
    desk.time.true += 90 * 60
    desk.journal.clear()
    calendars = desk.calendars()
    for _ in range(5):
        assert calendars.calendars()
        desk.time.true += 300
    assert refreshes(desk) <= 1


@pytest.mark.parametrize("error", [3 * 3600, -3 * 3600])
def test_a_clock_that_becomes_wrong_in_a_running_program_does_no_harm(signed_in: Desk, error: int) -> None:
    calendars = signed_in.calendars()
    calendars.calendars()
    signed_in.time.error = error
    for _ in range(30):
        assert calendars.calendars()
        signed_in.time.true += 600
    assert refreshes(signed_in) <= 5  # one for the jump, and every two hours
    assert calendars.clock_error == error


def test_the_monotonic_clock_ends_a_token_when_the_other_was_put_back(signed_in: Desk) -> None:
    tokens = signed_in.tokens()
    old = tokens.access_token()
    signed_in.time.true += 7000
    signed_in.time.error = -7000
    assert tokens.access_token() != old
    assert refreshes(signed_in) == 1


def test_a_token_that_the_service_takes_for_expired_is_renewed_once(signed_in: Desk) -> None:
    calendars = signed_in.calendars()
    signed_in.feishu.sessions.expire_access()
    assert calendars.calendars()
    assert refreshes(signed_in) == 1
    assert signed_in.meter.count == 3


@pytest.mark.parametrize("code", [99991677, 99991668])
def test_a_service_that_takes_no_token_ends_in_a_sign_in_and_not_in_a_loop(
    signed_in: Desk, code: int
) -> None:
    signed_in.answers(".*/calendars", 401, code, times=None)
    with pytest.raises(SignInNeeded) as ended:
        signed_in.calendars().calendars()
    assert ended.value.code == str(code)
    assert signed_in.meter.count == 3
