from __future__ import annotations

import pytest

from core.model import Side
from core.settings import InterfaceLanguage
from texts import language
from texts.last_page import last_page

FAILURES = {
    "Feishu, refused": (
        Side.FEISHU,
        {"error": "access_denied"},
        "refused on Feishu’s page",
        "allow the access",
    ),
    "Microsoft, cancelled": (
        Side.OUTLOOK,
        {
            "error": "access_denied",
            "error_subcode": "cancel",
            "error_description": "AADSTS65004: User declined.",
        },
        "refused on Microsoft’s page",
        "allow the access",
    ),
    "Microsoft, consent": (
        Side.OUTLOOK,
        {"error": "consent_required"},
        "permission is missing",
        "allow everything",
    ),
    "Microsoft, administrator": (
        Side.OUTLOOK,
        {"error": "access_denied", "error_description": "AADSTS90094: Admin consent is required."},
        "permission is missing",
        "administrator",
    ),
    "Microsoft, not assigned": (
        Side.OUTLOOK,
        {"error": "access_denied", "error_description": "AADSTS50105: not assigned to a role"},
        "not among the people",
        "50105",
    ),
    "Microsoft, out of order": (Side.OUTLOOK, {"error": "server_error"}, "out of order", "few minutes"),
    "unknown word": (Side.OUTLOOK, {"error": "something_new"}, "something_new", "Sign in to Microsoft again"),
    "neither code nor error": (Side.FEISHU, {}, "refused the sign-in", "Sign in to Feishu again"),
    "both": (
        Side.FEISHU,
        {"code": "x", "error": "access_denied"},
        "refused on Feishu’s page",
        "allow the access",
    ),
}


@pytest.mark.parametrize("side", Side)
def test_a_code_is_a_success(side: Side) -> None:
    page = last_page(side)({"code": "abc", "state": "s"})
    assert page.is_success
    assert "close this page" in page.text


def test_an_administrators_consent_is_a_success() -> None:
    assert last_page(Side.OUTLOOK)({"admin_consent": "True", "tenant": "t"}).is_success


@pytest.mark.parametrize("case", FAILURES)
def test_each_failure_is_told_with_what_to_do(case: str) -> None:
    side, query, title, text = FAILURES[case]
    page = last_page(side)(query)
    assert not page.is_success
    assert title in page.title
    assert text in page.text


def test_nothing_is_repeated_that_is_not_plainly_a_code() -> None:
    hostile = "<script>alert(1)</script>"
    page = last_page(Side.FEISHU)({"error": hostile, "error_description": hostile})
    assert "script" not in page.title + page.text


def test_the_page_is_in_the_language_of_the_interface() -> None:
    language.choose(InterfaceLanguage.CHINESE)
    assert last_page(Side.FEISHU)({"error": "access_denied"}).title == "在飞书的页面上拒绝了授权"
