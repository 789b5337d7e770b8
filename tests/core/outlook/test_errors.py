import pytest

from core.errors import AppMisconfigured, ConsentNeeded, ServiceFailing, SignInFailed, SignInNeeded
from core.model import Side
from core.outlook import errors
from core.outlook.clouds import endpoints
from core.outlook.reply import Reply
from core.settings import OutlookCloud, OutlookSettings

APP = endpoints(OutlookSettings(client_id="client"))
LINK = (
    "https://login.microsoftonline.com/common/v2.0/adminconsent?client_id=client"
    "&redirect_uri=http%3A%2F%2Flocalhost&scope=https%3A%2F%2Fgraph.microsoft.com%2FCalendars.ReadWrite"
    "+https%3A%2F%2Fgraph.microsoft.com%2FUser.Read"
)


BY_ADMIN = ConsentNeeded(Side.OUTLOOK, errors.SCOPES, by_admin=True, link=LINK)


def answer(error, code=None, **more):
    return {"error": error, **({"error_codes": [code]} if code else {}), **more}


def misconfigured(what, code):
    return AppMisconfigured(Side.OUTLOOK, what, code)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("unauthorized_client", 700016), misconfigured("client_id", "AADSTS700016")),
        (answer("invalid_request", 50194), misconfigured("tenant", "AADSTS50194")),
        (answer("invalid_client", 7000215), misconfigured("client_secret", "AADSTS7000215")),
        (answer("invalid_request", 50011), misconfigured("redirect", "AADSTS50011")),
        (answer("invalid_grant", 700084), misconfigured("redirect", "AADSTS700084")),
        (answer("invalid_scope", 70011), misconfigured("scope", "AADSTS70011")),
        (answer("invalid_client"), misconfigured("client_secret", "invalid_client")),
        (answer("temporarily_unavailable", 90033), ServiceFailing(Side.OUTLOOK, 0, "AADSTS90033")),
        (answer("server_error"), ServiceFailing(Side.OUTLOOK, 0, "server_error")),
        (
            answer("invalid_grant", 90094),
            ConsentNeeded(Side.OUTLOOK, errors.SCOPES, by_admin=True, link=LINK),
        ),
        (answer("invalid_grant", 65001), ConsentNeeded(Side.OUTLOOK, errors.SCOPES, link=LINK)),
        (answer("consent_required"), ConsentNeeded(Side.OUTLOOK, errors.SCOPES, link=LINK)),
        (
            answer("invalid_grant", suberror="consent_required"),
            ConsentNeeded(Side.OUTLOOK, errors.SCOPES, link=LINK),
        ),
    ],
    ids=str,
)
def test_what_is_wrong_whoever_signs_in_is_the_same_at_sign_in_and_at_a_refresh(given, expected):
    assert errors.sign_in_refused(given, APP) == expected
    assert errors.refresh_refused(given, APP) == expected


@pytest.mark.parametrize("code", [70008, 700082, 50173, 50076, 53003, 50057])
def test_all_other_refusals_of_a_refresh_mean_signing_in_again(code):
    given = answer("invalid_grant", code)
    assert errors.refresh_refused(given, APP) == SignInNeeded(Side.OUTLOOK, f"AADSTS{code}")
    assert errors.sign_in_refused(given, APP) == SignInFailed(Side.OUTLOOK, "refused", f"AADSTS{code}")


def test_without_a_refresh_token_a_sign_in_is_needed():
    assert errors.refresh_refused(None, APP) == SignInNeeded(Side.OUTLOOK)


def test_the_authorize_page_tells_its_code_in_its_text_only():
    declined = answer("access_denied", error_description="AADSTS65004: User declined to consent.")
    assert errors.sign_in_refused(declined, APP) == SignInFailed(Side.OUTLOOK, "denied", "AADSTS65004")
    for_admins = answer("access_denied", error_description="AADSTS90094: Admin consent is required.")
    assert errors.sign_in_refused(for_admins, APP) == BY_ADMIN
    assert errors.sign_in_refused(answer("access_denied"), APP) == SignInFailed(Side.OUTLOOK, "denied")


@pytest.mark.parametrize("odd", [{}, {"error": None}, {"error_codes": "7"}, {"error_codes": []}], ids=str)
def test_an_odd_refusal_is_a_refusal_all_the_same(odd):
    assert errors.sign_in_refused(odd, APP) == SignInFailed(Side.OUTLOOK, "refused")


@pytest.mark.parametrize(
    "odd", [{}, {"error": None}, {"error": {"code": "Forbidden"}}, {"suberror": {}}], ids=str
)
def test_no_sign_in_is_given_up_for_an_answer_that_is_not_the_token_services(odd):
    assert errors.refresh_refused(odd, APP) == ServiceFailing(Side.OUTLOOK, 0, "not JSON")


def reply(status, code=""):
    return Reply(status, {"error": {"code": code}})


@pytest.mark.parametrize(
    ("status", "code", "is_gone"),
    [
        (404, "ErrorItemNotFound", True),
        (404, "ErrorCalendarFolderNotFound", True),
        (400, "ErrorInvalidIdMalformed", True),
        (404, "MailboxNotEnabledForRESTAPI", False),
        (404, "ErrorInvalidUser", False),
        (400, "ErrorInvalidRequest", False),
        (403, "ErrorAccessDenied", False),
        (410, "SyncStateNotFound", False),
        (500, "ErrorInternalServerError", False),
        (200, "", False),
    ],
)
def test_gone_is_what_the_service_does_not_find_in_a_mailbox_that_it_finds(status, code, is_gone):
    assert errors.is_gone(reply(status, code)) is is_gone


@pytest.mark.parametrize(
    ("status", "code", "is_expired"),
    [
        (410, "", True),
        (400, "syncStateNotFound", True),
        (400, "ResyncRequired", True),
        (404, "ErrorItemNotFound", False),
        (500, "SyncStateInvalid", False),
    ],
)
def test_a_cursor_has_expired_in_all_spellings_that_were_met(status, code, is_expired):
    assert errors.is_expired_cursor(reply(status, code)) is is_expired


@pytest.mark.parametrize(
    ("cloud", "authority", "graph"),
    [
        (OutlookCloud.GLOBAL, "https://login.microsoftonline.com/common", "https://graph.microsoft.com"),
        (
            OutlookCloud.CHINA,
            "https://login.partner.microsoftonline.cn/common",
            "https://microsoftgraph.chinacloudapi.cn",
        ),
        (OutlookCloud.USGOV, "https://login.microsoftonline.us/common", "https://graph.microsoft.us"),
        (OutlookCloud.USGOV_DOD, "https://login.microsoftonline.us/common", "https://dod-graph.microsoft.us"),
        (OutlookCloud.CUSTOM, "https://own.example:8443/common", "https://graph.example"),
    ],
)
def test_every_cloud_has_its_own_hosts(cloud, authority, graph):
    settings = OutlookSettings(
        cloud=cloud, authority_url="https://own.example:8443/", graph_url="https://graph.example/"
    )
    found = endpoints(settings)
    assert (found.authority, found.graph_url) == (authority, graph)
