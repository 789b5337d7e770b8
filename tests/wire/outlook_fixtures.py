"""A person at a computer, and the simulated Microsoft, for tests/wire/test_outlook*.py."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from core import tag as tags
from core.errors import VaultUnavailable
from core.model import (
    Content,
    Identity,
    MirrorEvent,
    RecurrencePattern,
    RecurrenceRange,
    Series,
    ShowAs,
    Side,
    Span,
    Tag,
    WallClock,
)
from core.oauth.interaction import Interaction
from core.oauth.loopback import LastPage
from core.outlook.auth import sign_in
from core.outlook.calendar import OutlookCalendar
from core.outlook.mailbox import OutlookMailbox, open_mailbox
from core.settings import NetworkSettings, OutlookCloud, OutlookSettings
from sandbox import journal as journals
from sandbox.journal import Fault, Journal, Moment, Reply, Request, Reset, Truncated
from sandbox.microsoft.grants import Access, Grant
from sandbox.microsoft.switches import SignIn, Switches
from sandbox.microsoft.world import MicrosoftWorld
from sandbox.server import Sandbox

BATCH = r"/v1\.0/\$batch"
TOKEN = r"/common/oauth2/v2\.0/token"


@dataclass
class Time:
    """`true` time passes where the service is; the computer's clock is off by `error` seconds."""

    true: float = field(default_factory=time.time)
    error: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.error, UTC)

    def monotonic(self) -> float:
        return self.true

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.true += seconds


class MemoryVault:
    def __init__(self) -> None:
        self.text: str | None = None
        self.is_writable = True

    def secret(self, name: str) -> str | None:
        raise NotImplementedError

    def store_secret(self, name: str, value: str | None) -> None:
        raise NotImplementedError

    def tokens(self, side: Side) -> str | None:
        return self.text

    def store_tokens(self, side: Side, text: str | None) -> None:
        self.prove_writable()
        self.text = text

    def prove_writable(self) -> None:
        if not self.is_writable:
            raise VaultUnavailable("unwritable")


class Meter:
    def __init__(self) -> None:
        self.requests = 0
        self.items = 0

    def sent(self, side: Side) -> None:
        self.requests += 1

    def batched(self, items: int) -> None:
        self.items += items


@dataclass
class Microsoft:
    """The service, the person's computer, and whoever sits at it."""

    sandbox: Sandbox
    clock: Time
    folder: Path
    vault: MemoryVault = field(default_factory=MemoryVault)
    meter: Meter = field(default_factory=Meter)
    client_secret: str | None = None
    pages: list[Mapping[str, str]] = field(default_factory=list)
    """The queries that the browser brought back."""

    @property
    def world(self) -> MicrosoftWorld:
        return self.sandbox.microsoft

    @property
    def journal(self) -> Journal:
        return self.sandbox.journal

    @property
    def network(self) -> NetworkSettings:
        return NetworkSettings(ca_bundle=str(self.sandbox.ca_file))

    @property
    def settings(self) -> OutlookSettings:
        return OutlookSettings(
            cloud=OutlookCloud.CUSTOM,
            client_id=self.world.client_id,
            authority_url=self.sandbox.authority_url,
            graph_url=self.sandbox.graph_url,
        )

    def sign_in(
        self,
        settings: OutlookSettings | None = None,
        browse: Callable[[str], None] | None = None,
        stop: Callable[[], bool] = lambda: False,
        timeout: float = 20,
    ) -> Identity:
        return sign_in(
            settings or self.settings,
            self.client_secret,
            self.network,
            self.vault,
            self.folder / "outlook.lock",
            Interaction(lambda _address: None, browse or self.browse, stop, self.page),
            timeout,
        )

    def browse(self, address: str) -> None:
        """What a browser does on its own, and without a log."""
        with contextlib.suppress(HTTPError):
            urlopen(address, timeout=10).close()  # noqa: S310  # the sandbox gave the address

    def page(self, query: Mapping[str, str]) -> LastPage:
        self.pages.append(query)
        return LastPage("Done", "You may close this page.", is_success="code" in query)

    def start(self) -> OutlookMailbox:
        """The program started anew: only the vault remembers."""
        return open_mailbox(
            self.settings,
            self.client_secret,
            self.network,
            self.vault,
            self.folder / "outlook.lock",
            self.clock,
            self.meter,
        )

    def fail(
        self,
        path: str,
        *happens: Reply | Reset | Truncated,
        method: str = ".*",
        every: int = 1,
        batch_item: bool = False,
        moment: Moment = Moment.BEFORE,
    ) -> None:
        """The next calls of this kind go wrong, one way each; or one of `every` so many. In a batch also
        those count that are not tried because of the one before them."""
        for number, what in enumerate(happens):
            which = range(number * every + 1, number * every + 2)
            fault = Fault(journals.Service.MICROSOFT, path, what, method, which, moment, batch_item)
            self.journal.add(fault)

    def graph_requests(self) -> list[Request]:
        """Those that went over the wire, without sign-in."""
        everything = self.journal.requests(journals.Service.MICROSOFT)
        return [it for it in everything if it.path.startswith("/v1.0/") and not it.batch_item]

    def token_requests(self) -> list[Request]:
        return [it for it in self.journal.requests(journals.Service.MICROSOFT) if it.path.endswith("/token")]

    def access_token(self) -> dict[str, str]:
        """The only one that is stored, as MSAL keeps it."""
        (token,) = self._cache()["AccessToken"].values()
        return token

    def alter_access_token(self, **changes: str) -> None:
        cache = self._cache()
        for token in cache["AccessToken"].values():
            token.update(changes)
        self._store(cache)

    def add_access_token(self, secret: str, **changes: str) -> None:
        cache = self._cache()
        (token,) = cache["AccessToken"].values()
        cache["AccessToken"][secret] = {**token, "secret": secret, **changes}
        self._store(cache)

    def _cache(self) -> dict[str, dict[str, dict[str, str]]]:
        assert self.vault.text is not None
        cache: dict[str, dict[str, dict[str, str]]] = json.loads(json.loads(self.vault.text)["cache"])
        return cache

    def _store(self, cache: dict[str, dict[str, dict[str, str]]]) -> None:
        assert self.vault.text is not None
        self.vault.text = json.dumps({**json.loads(self.vault.text), "cache": json.dumps(cache)})


@dataclass
class Service:
    """A sandbox that the tests of a module share, since starting it and signing in takes a while."""

    sandbox: Sandbox
    clock: Time
    client_id: str
    tokens: tuple[str, dict[str, Access], dict[str, Grant]] | None = None
    """Of a sign-in that happened: what is in the vault, and what the service knows of it."""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    clock = Time()
    with Sandbox(clock=lambda: clock.true) as sandbox:
        yield Service(sandbox, clock, sandbox.microsoft.client_id)


@pytest.fixture
def microsoft(service: Service, tmp_path: Path) -> Iterator[Microsoft]:
    """As on the first day: nobody is signed in, no calendar of ours, nothing fails, the clock is right."""
    world, clock, journal = service.sandbox.microsoft, service.clock, service.sandbox.journal
    clock.true, clock.error, clock.waits = time.time(), 0.0, []
    world.switches = Switches(sign_in=SignIn.AUTO)
    world.client_id, world.client_secret = service.client_id, None
    world.mailbox.transactions.clear()
    for info in world.calendars()[2:]:
        world.delete_calendar(info["id"])
    journal.clear()
    journal.clear_faults()
    yield Microsoft(service.sandbox, clock, tmp_path)
    assert world.forbidden == []


@pytest.fixture
def signed_in(service: Service, microsoft: Microsoft) -> Microsoft:
    """The person has signed in; the journal is empty."""
    grants = microsoft.world.grants
    if service.tokens is None:
        microsoft.sign_in()
        assert microsoft.vault.text is not None
        service.tokens = (microsoft.vault.text, dict(grants.access_tokens), dict(grants.refresh_tokens))
    microsoft.vault.text, access, refresh = service.tokens
    grants.access_tokens, grants.refresh_tokens = dict(access), dict(refresh)
    microsoft.journal.clear()
    return microsoft


@pytest.fixture
def calendar(signed_in: Microsoft) -> OutlookCalendar:
    """An empty calendar of ours."""
    return signed_in.start().open(signed_in.world.add_calendar("Feishu"))


# --- what is mirrored -------------------------------------------------------------------------------

CONTENT = Content(
    "Review", "<p>Agenda</p>", "Room 3", ShowAs.BUSY, is_private=False, reminder_minutes=10, category="Feishu"
)


def wall(clock: str, zone: str = "Asia/Shanghai") -> WallClock:
    return WallClock(datetime.fromisoformat(clock), zone)


def tag(uid: str, transaction_id: str = "") -> Tag:
    return Tag(
        tags.key("feishu-calendar", uid), transaction_id or f"transaction-{uid}", "installation", "f00d"
    )


def single(
    uid: str, start: str = "2027-03-01T10:00", end: str = "2027-03-01T11:00", **changes: object
) -> MirrorEvent:
    content = replace(CONTENT, **{"subject": f"Review {uid}", **changes})
    return MirrorEvent(tag(uid).key, Span(wall(start), wall(end)), content)


def all_day(uid: str, start: date, end: date) -> MirrorEvent:
    return MirrorEvent(tag(uid).key, Span(start, end), CONTENT)


def endless(uid: str) -> MirrorEvent:
    """Every day at ten in Shanghai, from 1 January 2027."""
    span = Span(wall("2027-01-01T10:00"), wall("2027-01-01T11:00"))
    series = Series(RecurrencePattern("daily", 1), RecurrenceRange(date(2027, 1, 1)))
    return MirrorEvent(tag(uid).key, span, CONTENT, series)


def monthly(uid: str) -> MirrorEvent:
    """Every first of the month at ten in Shanghai, from 1 February 2027."""
    span = Span(wall("2027-02-01T10:00"), wall("2027-02-01T11:00"))
    pattern = RecurrencePattern("absoluteMonthly", 1, day_of_month=1)
    return MirrorEvent(
        tag(uid).key, span, CONTENT, Series(pattern, RecurrenceRange(date(2027, 2, 1), count=8))
    )


def weekly(uid: str) -> MirrorEvent:
    """Tuesdays at ten in Shanghai, eight times from 2 February 2027."""
    span = Span(wall("2027-02-02T10:00"), wall("2027-02-02T11:00"))
    pattern = RecurrencePattern("weekly", 1, ("tuesday",), "monday")
    return MirrorEvent(
        tag(uid).key, span, CONTENT, Series(pattern, RecurrenceRange(date(2027, 2, 2), count=8))
    )
