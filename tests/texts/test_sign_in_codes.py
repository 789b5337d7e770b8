"""Every code with which the services refuse a sign-in, as their documents list them, is told in words."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from core.errors import SignInFailed, SignInNeeded, SyncError
from core.feishu.cloud import cloud_of
from core.feishu.errors import Asking, Purpose
from core.feishu.errors import refusal as feishu_refusal
from core.feishu.reply import Answer, understand
from core.model import Side
from core.outlook import errors as outlook
from core.outlook.clouds import endpoints
from core.settings import FeishuSettings, OutlookSettings, TextLanguage
from texts.last_page import last_page
from texts.problems import describe

# Source: Feishu Open Platform, "Obtain user_access_token", "Refresh user_access_token", "Generic error codes"
FEISHU = {
    "the app": "20002 20009 20010 20048 20069 20071 20074 99991401 99991543 99991662 99991672 99991673",
    "the person": "20008 20021 20022 20023 20066 195100 21000 21001",
    "the sign-in": "20003 20004 20024 20026 20037 20049 20064 20065 20073 99991668 99991669 99991677",
    "the session": "99991641 99991642 99991643 99991644 99991645 99991676 99991679",
    "the token": "20005 99991661 99991663 99991664 99991665 99991671",
    "the service": "20050 20072 99991400",
    "the program": "20001 20036 20063 20067 20068 20070",
}
ON_FEISHUS_PAGE = ("20027", "20029", "20010", "access_denied")
# Source: Microsoft identity platform, "Authentication and authorization error codes", and the errors of
# "OAuth 2.0 authorization code flow"
AADSTS = {
    "sign in again": (70000, 70008, 700082, 70043, 50173, 54005, 501481),
    "one proof more": (50072, 50074, 50076, 50078, 50079),
    "the organisation": (53000, 53001, 53003, 90093, 90094, 90095),
    "the account": (50020, 50034, 50055, 50057, 50105),
    "consent": (65001, 65004),
    "the app": (50011, 500011, 50194, 700011, 700016, 70011, 700084, 90002, 90023),
    "its secret": (70002, 7000215, 7000218, 7000222, 700025),
    "too often": (50196,),
}
OAUTH = (
    *("access_denied", "consent_required", "interaction_required", "invalid_client", "invalid_grant"),
    *("invalid_request", "invalid_resource", "invalid_scope", "login_required", "server_error"),
    *("temporarily_unavailable", "unauthorized_client", "unsupported_grant_type"),
    "unsupported_response_type",
)

FEISHU_CODES = [code for codes in FEISHU.values() for code in codes.split()]
MICROSOFT_ANSWERS = [
    *({"error": "invalid_grant", "error_codes": [code]} for codes in AADSTS.values() for code in codes),
    *({"error": error} for error in OAUTH),
]


def stem(error: SyncError) -> str:
    return re.split("[(（]", describe(error).title)[0].strip()


def told(error: SyncError, side: Side) -> None:
    """Whoever reads it learns more than that it was refused."""
    assert stem(error) not in {stem(SignInFailed(side, "refused", "1")), stem(SignInNeeded(side, "1"))}
    problem = describe(error)
    assert problem.remedy
    assert "{" not in f"{problem.title}{problem.remedy}"


@pytest.mark.parametrize("purpose", [Purpose.SIGN_IN, Purpose.REFRESH])
@pytest.mark.parametrize("code", FEISHU_CODES)
def test_a_refusal_of_feishu_is_told(code: str, purpose: Purpose, each_language: TextLanguage) -> None:
    body = json.dumps({"code": int(code), "error": "invalid_grant"}).encode()
    asking = Asking(purpose, cloud_of(FeishuSettings()), "cli_1", datetime(2026, 11, 25, tzinfo=UTC))
    told(feishu_refusal(understand(Answer(400, {}, body)), asking), Side.FEISHU)


@pytest.mark.parametrize("answer", MICROSOFT_ANSWERS, ids=lambda answer: " ".join(map(str, answer.values())))
def test_a_refusal_of_microsoft_is_told(answer: dict[str, object], each_language: TextLanguage) -> None:
    app = endpoints(OutlookSettings(client_id="5d1c2b7e"))
    told(outlook.sign_in_refused(answer, app), Side.OUTLOOK)
    told(outlook.refresh_refused(answer, app), Side.OUTLOOK)


@pytest.mark.parametrize("code", ON_FEISHUS_PAGE)
def test_what_only_feishus_page_says_is_told_too(code: str, each_language: TextLanguage) -> None:
    told(SignInFailed(Side.FEISHU, "refused", code), Side.FEISHU)


@pytest.mark.parametrize("code", [code for codes in AADSTS.values() for code in codes])
def test_microsofts_code_is_told_in_the_browser_as_it_is_in_the_program(
    code: int, each_language: TextLanguage
) -> None:
    answer = {"error": "invalid_grant", "error_description": f"AADSTS{code}: in English"}
    told_there = last_page(Side.OUTLOOK)(answer).title
    in_the_program = outlook.sign_in_refused(answer, endpoints(OutlookSettings(client_id="5d1c2b7e")))
    assert describe(in_the_program).title.startswith(told_there)
