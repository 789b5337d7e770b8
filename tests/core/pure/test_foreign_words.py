"""What of a service's answer may be shown, and what might be an echo of a token."""

from __future__ import annotations

import pytest

from core import foreign_words

TOKENS = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwcyJ9.c2ln",
    "u-dhf8sj2k1lXmZ0qWv9",
    "0.AXoAyjTq_Kq8e0y7",
    "ur-dhf8sj2k1lXmZ0qWv9",
    "6a7ab1d20f0b4d8c9d4f8a0e6d4a2f116a7ab1d20f0b4d8c9d4f8a0e6d4a2f11x",
    "M.C559_BAY.0.U.-CqX!",
    "Bearer u-1",
    "",
    None,
    5,
    ["ErrorItemNotFound"],
)


@pytest.mark.parametrize("code", ["ErrorItemNotFound", "invalid_grant", "Request_BadRequest", "HTTP503"])
def test_a_name_of_an_error_is_shown(code: str) -> None:
    assert foreign_words.code(code) == code


@pytest.mark.parametrize(
    "number", ["202006151539480100140461052F0E1B4D", "6a7ab1d2-0f0b-4d8c-9d4f-8a0e6d4a2f11"]
)
def test_a_number_for_the_services_support_is_shown(number: str) -> None:
    assert foreign_words.request_number(number) == number


@pytest.mark.parametrize(
    "scope", ["calendar:calendar:readonly", "offline_access", "calendar:calendar.event:read"]
)
def test_a_permission_is_shown(scope: str) -> None:
    assert foreign_words.scope(scope) == scope


@pytest.mark.parametrize("token", TOKENS)
def test_nothing_is_shown_that_may_be_a_token(token: object) -> None:
    assert foreign_words.code(token) == ""
    assert foreign_words.request_number(token) == ""
    assert foreign_words.scope(token) == ""
