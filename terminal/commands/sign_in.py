"""sign-in and sign-out of one side."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import SignInFailed
from core.installation import Installation
from core.model import Identity, Side
from core.oauth.browser import open_in_browser
from core.settings import Redirect
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from terminal.json_report import identity_object
from terminal.pasting import TakeLine, lines_from_stdin
from terminal.printing import Terminal, who
from texts.language import _
from texts.problems.words import account


def sign_in(context: Context) -> ExitCode:
    side = context.options.side
    with context.open(exclusive=True) as installation:
        if side is Side.OUTLOOK and installation.settings.outlook.redirect is Redirect.NATIVECLIENT:
            with lines_from_stdin() as take:
                identity = _sign_in(context, installation, _pasted(take, context.terminal))
        else:
            identity = _sign_in(context, installation, None)
    context.terminal.say(_("Signed in to {account}: {who}", account=account(side), who=who(identity)))
    context.terminal.emit({"result": "ok", "side": side.value} | identity_object(identity))
    return ExitCode.ALL_WELL


def _sign_in(context: Context, installation: Installation, pasted: Callable[[], str] | None) -> Identity:
    terminal = context.terminal

    def announce(address: str) -> None:
        terminal.tell(_("Open this address in your browser, if it does not open by itself:"))
        terminal.tell(address)
        if pasted:
            terminal.tell(
                _(
                    "When the browser shows an empty page at the end, copy the whole address from its "
                    "address bar, paste it here and press Enter:"
                )
            )

    def browse(address: str) -> None:
        if not open_in_browser(address):
            terminal.tell(_("No browser could be started here: open the address yourself."))

    stop = context.interruption.requested
    return installation.sign_in(context.options.side, browse, stop, announce, pasted=pasted)


def _pasted(take: TakeLine, terminal: Terminal) -> Callable[[], str]:
    """Asked again and again for an address; whatever else is entered is answered with what is missing."""

    def pasted() -> str:
        line = take()
        if line is None:
            raise SignInFailed(Side.OUTLOOK, "paste")
        if line.strip() and "code=" not in line and "error=" not in line:
            terminal.tell(_("This is not the whole address: it has “code=” in it."))
            return ""
        return line

    return pasted


def sign_out(context: Context) -> ExitCode:
    side = context.options.side
    with context.open(exclusive=True) as installation:
        installation.sign_out(side)
    context.terminal.say(_("Signed out of {account}. The copies in Outlook stay.", account=account(side)))
    context.terminal.emit({"result": "ok", "side": side.value})
    return ExitCode.ALL_WELL
