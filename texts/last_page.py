"""What the browser shows at the end of a sign-in. Nothing of the query is repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.errors import SignInFailed
from core.model import Side
from core.oauth.last_page import LastPage
from texts.language import _, current
from texts.problems import describe
from texts.problems.words import account

_AADSTS = re.compile(r"AADSTS(\d{4,8})")


def last_page(side: Side) -> Callable[[Mapping[str, str]], LastPage]:
    """For the loopback server: makes the page from the callback's parameters."""

    def page(query: Mapping[str, str]) -> LastPage:
        if "error" in query:
            return _failure(side, query)
        if query.get("code") or query.get("admin_consent", "").lower() == "true":
            return _success(side)
        return _failure(side, query)

    return page


def _success(side: Side) -> LastPage:
    """The person has done their part; whether the service hands out the tokens is not known yet."""
    return LastPage(
        _("Thank you: {account} has let you in", account=account(side)),
        _(
            "You can close this page. Feishu–Outlook Sync finishes the sign-in and says so if anything is "
            "missing."
        ),
        is_success=True,
        language=_html_language(),
    )


def _failure(side: Side, query: Mapping[str, str]) -> LastPage:
    problem = describe(SignInFailed(side, "refused", _code(query)))
    ending = _("You can close this page.")
    return LastPage(problem.title, f"{problem.remedy} {ending}", is_success=False, language=_html_language())


def _html_language() -> str:
    return current().value.replace("_", "-")


def _code(query: Mapping[str, str]) -> str:
    """Microsoft's number says more than OAuth's word. Anything that is not plainly a code is left out."""
    if number := _AADSTS.search(query.get("error_description", "")):
        return number[1]
    word = query.get("error", "")
    return word if re.fullmatch(r"[a-z_]{1,40}|\d{4,9}", word) else ""
