"""Signing in with a link and a code, over the wire."""

import pytest
import requests

from core.errors import AppMisconfigured, SignInFailed, SyncError, Unreachable
from core.feishu import device_flow
from core.feishu.session import signed_in as who_is_signed_in
from core.model import Identity, Side
from sandbox.feishu import Consent
from sandbox.journal import Fault, Reset, Service
from tests.wire.feishu_fixtures import TOKEN_PATH, Desk, desk, never

__all__ = ["desk"]


class Flow:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.shown: list[tuple[str, str]] = []
        desk.feishu.consent = Consent.ASK
        desk.feishu.clock = lambda: desk.time.true

    def sign_in(self, *, app_secret: str | None = None, stop=never) -> Identity:
        time = self.desk.time
        return device_flow.sign_in(
            self.desk.settings,
            self.desk.feishu.app_secret if app_secret is None else app_secret,
            self.desk.session,
            self.desk.vault,
            lambda url, code: self.shown.append((url, code)),
            stop,
            now=lambda: time.now().timestamp(),
            monotonic=time.monotonic,
            sleep=self._sleep,
        )

    def answers(self, word: str, *, after: int) -> None:
        """The person presses a button of the page after so many seconds."""
        self.word, self.due = word, self.desk.time.true + after

    word, due = "", float("inf")

    def _sleep(self, seconds: float) -> None:
        self.desk.time.sleep(seconds)
        if self.desk.time.true >= self.due:
            self.due = float("inf")
            requests.post(self.shown[0][0], data={"answer": self.word}, timeout=20)


@pytest.fixture
def flow(desk: Desk) -> Flow:
    return Flow(desk)


def test_a_link_and_a_code_lead_to_stored_tokens_without_any_redirect_url(flow: Flow) -> None:
    flow.desk.feishu.app.redirect_urls.clear()
    flow.answers("approve", after=12)
    identity = flow.sign_in()
    assert identity == Identity(flow.desk.feishu.person.open_id, flow.desk.feishu.person.name)
    assert who_is_signed_in(flow.desk.settings, flow.desk.vault) == identity
    [(address, code)] = flow.shown
    assert code in address


def test_the_person_can_say_no(flow: Flow) -> None:
    flow.answers("deny", after=7)
    with pytest.raises(SignInFailed) as failed:
        flow.sign_in()
    assert failed.value == SignInFailed(Side.FEISHU, "denied")


def test_a_code_that_nobody_types_in_ends_with_its_life(flow: Flow) -> None:
    began = flow.desk.time.true
    with pytest.raises(SignInFailed) as failed:
        flow.sign_in()
    assert failed.value == SignInFailed(Side.FEISHU, "timeout")
    assert flow.desk.time.true - began <= 241


def test_the_person_can_cancel(flow: Flow) -> None:
    with pytest.raises(SignInFailed) as failed:
        flow.sign_in(stop=lambda: True)
    assert failed.value == SignInFailed(Side.FEISHU, "cancelled")


def test_a_network_that_fails_for_a_moment_ends_nothing(flow: Flow) -> None:
    flow.desk.journal.add(Fault(Service.FEISHU, TOKEN_PATH, Reset()))
    flow.answers("approve", after=12)
    assert flow.sign_in().id == flow.desk.feishu.person.open_id


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"app_secret": "wrong"}, AppMisconfigured(Side.FEISHU, "app_secret", "20002")),
        ({"app_secret": ""}, AppMisconfigured(Side.FEISHU, "missing", "feishu.app_secret")),
    ],
)
def test_a_wrong_app_secret_is_said_before_any_code_is_shown(
    flow: Flow, change: dict[str, str], error: SyncError
) -> None:
    with pytest.raises(AppMisconfigured) as failed:
        flow.sign_in(**change)
    assert failed.value == error
    assert flow.shown == []


def test_a_permission_that_is_not_enabled_is_named(flow: Flow) -> None:
    flow.desk.feishu.app.scopes.discard("offline_access")
    with pytest.raises(AppMisconfigured) as failed:
        flow.sign_in()
    assert failed.value == AppMisconfigured(Side.FEISHU, "scope", "20027")


def test_without_a_network_it_says_so(flow: Flow) -> None:
    flow.desk.journal.add(Fault(Service.FEISHU, device_flow.DEVICE_PATH, Reset(), which=None))
    with pytest.raises(Unreachable):
        flow.sign_in()
