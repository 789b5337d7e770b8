"""Signing in by pasting the address of the last page, over the wire."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import requests

from core.errors import SignInFailed
from core.model import Identity, Side
from core.oauth.interaction import Interaction
from core.outlook.auth import sign_in
from core.outlook.clouds import endpoints
from core.outlook.native_client import parameters, redirect_uri
from core.outlook.tokens import stored_sign_in
from core.settings import OutlookCloud, OutlookSettings, Redirect
from sandbox.microsoft.switches import SignIn
from tests.wire.outlook_fixtures import Microsoft, microsoft, service

__all__ = ["microsoft", "service"]

NATIVE = "https://login.microsoftonline.com/common/oauth2/nativeclient"


class Person:
    """Signs in, and pastes what stands in the address bar at the end."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft
        self.ends_on = ""
        self.change: Callable[[str], str] = lambda address: address

    def browse(self, address: str) -> None:
        session = requests.Session()
        session.verify = str(self.microsoft.sandbox.ca_file)
        answer = session.get(address, allow_redirects=False, timeout=10)
        self.ends_on = self.change(answer.headers["Location"])

    def sign_in(
        self, *, stop: Callable[[], bool] = lambda: False, timeout: float = 20, pastes: bool = True
    ) -> Identity:
        microsoft = self.microsoft
        return sign_in(
            replace(microsoft.settings, redirect=Redirect.NATIVECLIENT),
            microsoft.client_secret,
            microsoft.network,
            microsoft.vault,
            microsoft.folder / "outlook.lock",
            Interaction(
                lambda _address: None,
                self.browse,
                stop,
                microsoft.page,
                pasted=(lambda: self.ends_on) if pastes else None,
            ),
            timeout,
        )


@pytest.fixture
def person(microsoft: Microsoft) -> Person:
    return Person(microsoft)


def test_the_pasted_address_leads_to_stored_tokens(person: Person) -> None:
    identity = person.sign_in()
    assert person.ends_on.startswith(NATIVE)
    stored = stored_sign_in(person.microsoft.settings, person.microsoft.vault)
    assert stored is not None
    assert stored.identity == identity


def test_a_registration_of_type_web_signs_in_with_its_secret(person: Person) -> None:
    person.microsoft.client_secret = person.microsoft.world.client_secret = "s3cret"
    assert person.sign_in().name == person.microsoft.world.person.name


def test_blanks_around_the_address_do_not_matter(person: Person) -> None:
    person.change = lambda address: f"  {address}\n"
    assert person.sign_in().name == person.microsoft.world.person.name


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("state=", "state=x"),
        lambda address: address.partition("?")[0],
        lambda _address: "http://[",
        lambda _address: "hello",
    ],
)
def test_an_address_that_does_not_belong_to_this_sign_in_is_refused(
    person: Person, change: Callable[[str], str]
) -> None:
    person.change = change
    with pytest.raises(SignInFailed) as failed:
        person.sign_in()
    assert failed.value == SignInFailed(Side.OUTLOOK, "state")


def test_a_person_who_says_no_is_told_so(person: Person) -> None:
    person.microsoft.world.switches.sign_in = SignIn.DENY
    with pytest.raises(SignInFailed) as failed:
        person.sign_in()
    assert failed.value.why == "denied"


@pytest.mark.parametrize(("stop", "timeout", "why"), [(True, 20, "cancelled"), (False, 0, "timeout")])
def test_waiting_for_the_address_can_be_ended(person: Person, stop: bool, timeout: float, why: str) -> None:
    person.change = lambda _address: ""
    with pytest.raises(SignInFailed) as failed:
        person.sign_in(stop=lambda: stop, timeout=timeout)
    assert failed.value == SignInFailed(Side.OUTLOOK, why)


def test_where_nobody_can_paste_anything_it_says_so(person: Person) -> None:
    with pytest.raises(SignInFailed) as failed:
        person.sign_in(pastes=False)
    assert failed.value == SignInFailed(Side.OUTLOOK, "paste")
    assert person.ends_on == ""


@pytest.mark.parametrize(
    ("cloud", "address"),
    [
        (OutlookCloud.GLOBAL, NATIVE),
        (OutlookCloud.CHINA, "https://login.partner.microsoftonline.cn/common/oauth2/nativeclient"),
        (OutlookCloud.USGOV, "https://login.microsoftonline.us/common/oauth2/nativeclient"),
    ],
)
def test_each_cloud_has_its_own_page(cloud: OutlookCloud, address: str) -> None:
    assert redirect_uri(endpoints(OutlookSettings(cloud=cloud))) == address


def test_an_answer_in_the_fragment_is_read_too() -> None:
    assert parameters(f"{NATIVE}#code=1&state=2") == {"code": "1", "state": "2"}
