"""The command line: what was asked for, as a value. Loads no service library and no interface."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from core.model import Side
from texts.language import _
from texts.product import VERSION

SECRETS = ("feishu.app_secret", "outlook.client_secret")


@dataclass(frozen=True, slots=True)
class Options:
    command: str = ""
    """Empty: the tray application."""
    self_test: bool = False
    data_dir: Path | None = None
    """None: the per-user places of the operating system."""
    as_json: bool = False
    verbose: bool = False
    once: bool = False
    keep: bool = False
    take_over: bool = False
    pair: str = ""
    """Empty: all."""
    yes: bool = False
    numbers: tuple[int, ...] = ()
    all_events: bool = False
    side: Side = Side.FEISHU
    secret: str = ""
    file: Path = Path()
    """What `import` reads or `diagnostics` writes."""


class UsageError(Exception):
    """The command line can't be understood. `usage` is the short reminder of what can."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.message = message
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.format_usage())


def parse(arguments: Sequence[str]) -> Options:
    """Raises UsageError, and SystemExit(0) after --help and --version."""
    parser = _parser()
    values = vars(parser.parse_args(arguments))
    if values["command"] == "demo" and "data_dir" in values:
        parser.error(_("the demo lives in a directory of its own, --data-dir can’t name it"))
    if values.get("numbers") and values["all_events"]:
        parser.error(_("either numbers or --all"))
    known = {name: values[name] for name in Options.__slots__ if values.get(name) is not None}
    if "numbers" in known:
        known["numbers"] = tuple(known["numbers"])
    if "side" in known:
        known["side"] = Side(known["side"])
    return Options(**known)


def _parser() -> argparse.ArgumentParser:
    common = _common()
    parser = _Parser(
        prog=program_name(),
        description=_(
            "Keeps Feishu calendars mirrored into Outlook. Without a command: the tray application."
        ),
        parents=[common],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=VERSION, help=_("print the version and end"))
    parser.add_argument(
        "--self-test", action="store_true", help=_("check that the program is complete, and end")
    )
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), parser_class=_Parser)

    def command(name: str, explanation: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=explanation, description=explanation, parents=[common], allow_abbrev=False
        )

    demo = command("demo", _("the same against two simulated services: no account, no keyring needed"))
    demo.add_argument(
        "--once", action="store_true", help=_("one run in the terminal, both calendars side by side")
    )
    command("sync", _("one run, then end")).add_argument(
        "--take-over",
        action="store_true",
        help=_("write again what another computer with other settings has written"),
    )
    command("watch", _("keep syncing without a tray until interrupted"))
    command("preview", _("what a run would do and why, writing nothing"))
    for name, explanation in (
        ("sign-in", _("sign in to one side in the browser")),
        ("sign-out", _("forget the sign-in of one side")),
    ):
        command(name, explanation).add_argument("side", choices=[side.value for side in Side])
    secret = command("secret", _("read a secret from standard input into the keyring"))
    secret.add_argument("secret", metavar="NAME", choices=SECRETS, help=" | ".join(SECRETS))
    command("calendars", _("list the calendars on both sides, with their ids"))
    command("status", _("accounts, pairs, the last run and what needs you"))
    confirm = command("confirm", _("carry out, once, exactly the deletions that are held"))
    confirm.add_argument("--keep", action="store_true", help=_("let those copies go: they stay in Outlook"))
    undo = command("undo", _("remove every copy from Outlook and stop syncing"))
    undo.add_argument("--pair", type=_name, metavar="ID", help=_("only the copies of this pair"))
    undo.add_argument("--yes", action="store_true", help=_("don’t ask"))
    restore = command("restore", _("list what was deleted in the last 30 days, or put it back"))
    restore.add_argument("numbers", nargs="*", type=_number, metavar="N", help=_("its number in the list"))
    restore.add_argument("--all", dest="all_events", action="store_true", help=_("put everything back"))
    for name, metavar, explanation in (
        ("import", "tokens.yaml", _("take app ids and secrets from the old script’s file")),
        ("diagnostics", "FILE.zip", _("redacted logs, settings and versions for a bug report")),
    ):
        command(name, explanation).add_argument("file", type=_file, metavar=metavar)
    return parser


def program_name() -> str:
    """As it is typed: the packaged program is a file of its own."""
    return Path(sys.executable).name if getattr(sys, "frozen", False) else "tray_app.py"


def _common() -> _Parser:
    """Options before or after the command. SUPPRESS: a sub-parser's default must not undo the former."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir", type=_directory, metavar="DIR", help=_("where settings, database and logs are")
    )
    common.add_argument(
        "--json", dest="as_json", action="store_true", help=_("one object on stdout, logs on stderr")
    )
    common.add_argument("--verbose", action="store_true", help=_("say more"))
    return common


def _file(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("a file is needed"))
    return Path(text).expanduser().absolute()


def _name(text: str) -> str:
    """An empty variable of a script must not mean all pairs."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("the id of a pair is needed"))
    return text


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(_("a number from the list is needed"))
    return int(text)


def _directory(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("a directory is needed"))
    return Path(text).expanduser().absolute()
