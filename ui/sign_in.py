"""Signing in, as the worker does it: waits for the person in the browser, for as long as nobody cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.model import Side
from core.settings import Redirect
from ui.inbox import Inbox
from ui.intents import SignIn
from ui.messages import Notice, SignInWaiting

if TYPE_CHECKING:  # the engine behind it loads the network libraries
    from core.installation import Installation


def sign_in(
    installation: Installation,
    intent: SignIn,
    inbox: Inbox,
    browse: Callable[[str], None],
    say: Callable[[Notice], None],
) -> None:
    """Returns when the tokens are stored. Raises SyncError."""
    side = intent.side
    redirect = installation.settings.outlook.redirect
    wants_address = side is Side.OUTLOOK and redirect is Redirect.NATIVECLIENT

    def show_code(url: str, code: str) -> None:
        say(SignInWaiting(side, url, code))
        browse(url)

    inbox.begin_sign_in()
    installation.sign_in(
        side,
        browse=browse,
        stop=inbox.is_sign_in_cancelled,
        announce=lambda url: say(SignInWaiting(side, url, wants_address=wants_address)),
        show_code=show_code if intent.with_code else None,
        pasted=inbox.pasted_address,
    )
