"""A person at a computer, and the simulated Feishu: what every test of tests/wire/test_feishu*.py needs."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
import requests

from core.errors import VaultUnavailable
from core.feishu.account import open_calendars
from core.feishu.auth import sign_in
from core.feishu.calendar import FeishuCalendars
from core.feishu.cloud import cloud_of
from core.feishu.session import FeishuSession
from core.feishu.token_endpoint import App, TokenEndpoint
from core.model import Identity, Side
from core.network import make_session
from core.oauth.interaction import Interaction
from core.oauth.loopback import LastPage
from core.settings import FeishuCloud, FeishuSettings, NetworkSettings
from sandbox.feishu import Consent, FeishuWorld
from sandbox.journal import Fault, Journal, Reply, Service
from sandbox.server import Sandbox
from tests.ports import free_port

TOKEN_PATH = "/open-apis/authen/v2/oauth/token"
EVENTS_PATH = r".*/events"


@dataclass
class Time:
    """`true` time passes where the service is; the computer's clock is off by `error` seconds."""

    true: float = 1_795_000_000.0  # 18 November 2026
    error: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.error, UTC)

    def monotonic(self) -> float:
        return self.true

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.true += seconds


class FileVault:
    """Open secrets in one file, for tests that need a second process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_writable = True
        self.written = 0

    def secret(self, name: str) -> str | None:
        raise NotImplementedError

    def store_secret(self, name: str, value: str | None) -> None:
        raise NotImplementedError

    def tokens(self, side: Side) -> str | None:
        members: dict[str, str | None] = json.loads(self.path.read_text()) if self.path.exists() else {}
        return members.get(side.value)

    def store_tokens(self, side: Side, text: str | None) -> None:
        self.prove_writable()
        self.written += 1
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({side.value: text}))
        fresh.replace(self.path)

    def prove_writable(self) -> None:
        if not self.is_writable:
            raise VaultUnavailable("unwritable")


@dataclass
class Meter:
    count: int = 0

    def sent(self, side: Side) -> None:
        assert side is Side.FEISHU
        self.count += 1

    def batched(self, items: int) -> None:
        raise AssertionError("Feishu has no batches")


def page(query: Mapping[str, str]) -> LastPage:
    return LastPage(
        f"Failed: {query['error']}" if "error" in query else "Signed in", "", "error" not in query
    )


def never() -> bool:
    return False


def browse(url: str) -> bool:
    """A browser whose person agrees to everything: it follows where it is led."""
    requests.get(url, timeout=20)
    return True


@dataclass
class Desk:
    """The computer of the person, and the service far away."""

    sandbox: Sandbox
    time: Time
    session: requests.Session
    settings: FeishuSettings
    vault: FileVault
    lock: Path
    meter: Meter = field(default_factory=Meter)

    @property
    def feishu(self) -> FeishuWorld:
        return self.sandbox.feishu

    @property
    def journal(self) -> Journal:
        return self.sandbox.journal

    @property
    def calendar_id(self) -> str:
        return self.feishu.calendar_id

    def sign_in(
        self,
        *,
        app_secret: str | None = None,
        browse: Callable[[str], object] = browse,
        stop: Callable[[], bool] = never,
        announce: Callable[[str], None] = lambda _url: None,
        timeout: float = 20,
    ) -> Identity:
        return sign_in(
            self.settings,
            self.feishu.app_secret if app_secret is None else app_secret,
            self.session,
            self.vault,
            Interaction(announce, browse, stop, page),
            timeout,
            now=lambda: self.time.now().timestamp(),
        )

    def tokens(self, *, app_secret: str | None = None) -> FeishuSession:
        """As a freshly started process would have it."""
        app = App(self.settings.app_id, app_secret or self.feishu.app_secret)
        endpoint = TokenEndpoint(self.session, cloud_of(self.settings), app, self.time.now)
        return FeishuSession(
            settings=self.settings,
            endpoint=endpoint,
            vault=self.vault,
            clock=self.time,
            meter=self.meter,
            lock=self.lock,
        )

    def calendars(self) -> FeishuCalendars:
        return open_calendars(
            settings=self.settings,
            app_secret=self.feishu.app_secret,
            session=self.session,
            vault=self.vault,
            clock=self.time,
            meter=self.meter,
            lock=self.lock,
            jitter=lambda: 0.0,
        )

    def answers(
        self,
        path: str,
        status: int,
        code: int,
        headers: Mapping[str, str] = MappingProxyType({}),
        times: int | None = 1,
    ) -> None:
        """The next `times` calls of `path` (None: all) get this envelope."""
        which = None if times is None else range(1, times + 1)
        body = {"code": code, "msg": "as the test wants it", "error": {"log_id": "log-of-the-test"}}
        self.journal.add(Fault(Service.FEISHU, path, Reply(status, body, headers), which=which))

    def asked(self, path: str) -> int:
        """How many requests the service got whose path ends so."""
        return sum(request.path.endswith(path) for request in self.journal.requests(Service.FEISHU))

    def with_settings(self, **changes: object) -> "Desk":
        return replace(self, settings=replace(self.settings, **changes))  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    time = Time()
    port = free_port()
    with Sandbox(clock=lambda: time.true) as sandbox, make_session(NetworkSettings()) as session:
        sandbox.feishu.consent = Consent.APPROVE
        sandbox.feishu.app.redirect_urls = [f"http://127.0.0.1:{port}/callback"]
        settings = FeishuSettings(
            cloud=FeishuCloud.CUSTOM,
            app_id=sandbox.feishu.app_id,
            redirect_ports=(port,),
            open_url=sandbox.feishu_url,
            accounts_url=sandbox.feishu_url,
        )
        vault = FileVault(tmp_path / "vault.json")
        yield Desk(sandbox, time, session, settings, vault, tmp_path / "feishu.lock")


@pytest.fixture
def signed_in(desk: Desk) -> Desk:
    desk.sign_in()
    desk.journal.clear()
    return desk
