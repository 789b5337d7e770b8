"""sign-in and sign-out of one side."""

from __future__ import annotations

from core.oauth.browser import open_in_browser
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from terminal.json_report import identity_object
from terminal.printing import who
from texts.language import _
from texts.problems.words import account


def sign_in(context: Context) -> ExitCode:
    side, terminal = context.options.side, context.terminal

    def announce(address: str) -> None:
        terminal.tell(_("Open this address in your browser, if it does not open by itself:"))
        terminal.tell(address)

    def browse(address: str) -> None:
        if not open_in_browser(address):
            terminal.tell(_("No browser could be started here: open the address yourself."))

    with context.open(exclusive=True) as installation:
        identity = installation.sign_in(side, browse, context.interruption.requested, announce)
    terminal.say(_("Signed in to {account}: {who}", account=account(side), who=who(identity)))
    terminal.emit({"result": "ok", "side": side.value} | identity_object(identity))
    return ExitCode.ALL_WELL


def sign_out(context: Context) -> ExitCode:
    side = context.options.side
    with context.open(exclusive=True) as installation:
        installation.sign_out(side)
    context.terminal.say(_("Signed out of {account}. The copies in Outlook stay.", account=account(side)))
    context.terminal.emit({"result": "ok", "side": side.value})
    return ExitCode.ALL_WELL
