"""Each command, in this process, against an installation without services."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import errors
from core.installation import PairStatus, Status
from core.model import Role, Side, SourceCalendarInfo, TargetCalendarInfo
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result
from core.settings import InterfaceLanguage, InterfaceSettings, Settings
from terminal.commands import sign_in
from tests.terminal.conftest import ZHANG_SAN, Command, Script, report

WORK = PairReport(
    "work",
    created=1,
    deleted=1,
    unchanged=40,
    skipped=(EventNote("午餐", "2026-11-26", because(Code.DECLINED)),),
    changes=(
        Change(Action.CREATE, "Stand-up", "2026-11-26T09:30:00+08:00", because(Code.NEW)),
        Change(Action.DELETE, "牙医", "2026-11-27", because(Code.CANCELLED_IN_FEISHU)),
    ),
)
WITH_JSON = ["sync", "preview", "confirm", "status", "calendars", "sign-in feishu", "sign-out outlook"]
WITH_JSON += ["confirm --keep", "undo --yes", "restore", "restore 1"]


def test_sync_prints_a_line_for_each_change_and_a_summary(command: Command, script: Script) -> None:
    script.run = [report(pairs=(WORK,))]
    ended = command("sync")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "added       2026-11-26 09:30  Stand-up – new in Feishu",
        "removed     2026-11-27        牙医 – cancelled in Feishu",
        "all well: 1 added, 1 removed, 40 unchanged, 1 skipped",
    ]
    assert ended.err == ""
    assert script.asked == ["reload settings", "open exclusively", "run", "close"]


def test_sync_lists_what_it_skipped_when_asked_to_say_more(command: Command, script: Script) -> None:
    script.run = [report(pairs=(WORK,))]
    assert "skipped     2026-11-26        午餐 – you declined it" in command("sync", "--verbose").out


def test_sync_lists_what_failed_and_says_so(command: Command, script: Script) -> None:
    failed = (EventNote("Dentist", "2026-11-26", because(Code.CHANGED_MEANWHILE)),)
    script.run = [report(Result.PARTIAL, pairs=(PairReport("work", failed=failed),))]
    ended = command("sync")
    assert ended.code == 1
    assert "failed      2026-11-26        Dentist – it changed while" in ended.out


def test_problems_are_told_on_stderr_with_the_command_that_solves_them(
    command: Command, script: Script
) -> None:
    script.run = [report(Result.SIGN_IN_NEEDED, problems=(errors.SignInNeeded(Side.FEISHU),))]
    ended = command("sync")
    assert ended.code == 3
    assert ended.err.splitlines() == [
        "! You are not signed in to Feishu",
        "  Nothing is copied until this is solved. The copies that are in Outlook stay as they are.",
        "  Sign in to Feishu.",
        "  Command: sign-in feishu",
    ]


def test_what_is_held_ends_with_its_code_and_the_word(command: Command, script: Script) -> None:
    held = Change(
        Action.HOLD, "Review", "2026-11-27", because(Code.TOO_MANY_DELETIONS, count="34", total="40")
    )
    script.run = [
        report(
            Result.HELD,
            pairs=(PairReport("work", held=34, changes=(held,)),),
            problems=(errors.DeletionsHeld("work", 34),),
        )
    ]
    ended = command("sync")
    assert ended.code == 5
    assert "held        2026-11-27        Review – 34 of 40 would be deleted" in ended.out
    assert "34 deletions are held" in ended.err
    assert "Command: confirm" in ended.err


def test_with_json_stdout_has_one_object_and_nothing_else(command: Command, script: Script) -> None:
    script.run = [
        report(Result.UNREACHABLE, pairs=(WORK,), problems=(errors.Unreachable(Side.OUTLOOK, "dns"),))
    ]
    ended = command("sync", "--json")
    assert ended.code == 4
    assert ended.object["result"] == "unreachable"
    assert ended.object["pairs"][0]["created"] == 1
    assert "can’t be found in the network" in ended.err


def test_preview_says_what_would_happen_and_why_and_takes_no_lock(command: Command, script: Script) -> None:
    script.run = [report(pairs=(WORK,))]
    ended = command("preview")
    assert ended.code == 0
    assert ended.out.startswith("What the next run would do; nothing has been written:\n")
    assert "午餐 – you declined it" in ended.out
    assert script.asked == ["reload settings", "open", "preview", "close"]


def test_preview_with_json_lists_the_changes(command: Command, script: Script) -> None:
    script.run = [report(pairs=(WORK,))]
    found = command("preview", "--json").object
    assert [change["action"] for change in found["changes"]] == ["create", "delete"]


def test_confirm_carries_out_and_lists_what_was_left_alone(command: Command, script: Script) -> None:
    left = (EventNote("Offsite", "2026-11-30", because(Code.ATTENDEES_ADDED)),)
    script.run = [report(pairs=(PairReport("work", deleted=3, skipped=left),))]
    ended = command("confirm")
    assert ended.code == 0
    assert "Offsite – somebody added attendees" in ended.out
    assert script.asked == ["reload settings", "open exclusively", "confirm", "close"]


def test_confirm_without_anything_held_says_so(command: Command) -> None:
    assert command("confirm").out.startswith("No deletion is held.\n")


STATUS = Status(
    feishu=ZHANG_SAN,
    outlook=None,
    pairs=(PairStatus("work", "primary", "Feishu", 40, ("Old meeting",)),),
    last_run=report(pairs=(WORK,)),
    paused_until=None,
    attention=(errors.SignInNeeded(Side.OUTLOOK), errors.DeletionsHeld("work", 1)),
)


def test_status_shows_accounts_pairs_last_run_and_what_needs_attention(
    command: Command, script: Script
) -> None:
    script.status = STATUS
    ended = command("status")
    lines = ended.out.splitlines()
    assert lines[:4] == [
        "Feishu: 张三 <zhangsan@example.com>",
        "Microsoft: not signed in",
        "work: primary → Feishu, 40 copies",
        "  held: Old meeting",
    ]
    assert lines[4].startswith("Last run: ")
    assert lines[4].endswith("all well: 1 added, 1 removed")
    assert "not signed in to Microsoft" in ended.err
    assert ended.code == 3
    assert script.asked == ["reload settings", "open", "close"]


def test_status_of_a_fresh_installation_says_that_nothing_is_there_yet(command: Command) -> None:
    ended = command("status")
    assert ended.code == 0
    assert "No pair of calendars is set up yet." in ended.out
    assert "There was no run yet." in ended.out


def test_status_says_that_it_is_paused(command: Command, script: Script) -> None:
    script.status = replace(STATUS, paused_until=datetime.max.replace(tzinfo=UTC))
    assert "paused until you resume" in command("status").out


SOURCE = (SourceCalendarInfo("feishu.cn_1", "张三", "primary", Role.OWNER, is_primary=True),)
TARGET = (
    TargetCalendarInfo("AAA", "Calendar", can_edit=True, is_default=True),
    TargetCalendarInfo("BBB", "Birthdays", can_edit=False, is_default=False),
)


def test_calendars_lists_both_sides_with_ids(command: Command, script: Script) -> None:
    script.source, script.target = SOURCE, TARGET
    assert command("calendars").out.splitlines() == [
        "Feishu:",
        "  feishu.cn_1  张三  (primary, owner)",
        "Outlook:",
        "  AAA  Calendar",
        "  BBB  Birthdays  (read only)",
    ]


def test_calendars_of_one_side_are_shown_when_the_other_one_fails(command: Command, script: Script) -> None:
    script.source, script.target = SOURCE, errors.SignInNeeded(Side.OUTLOOK)
    ended = command("calendars", "--json")
    assert ended.code == 3
    assert ended.object == {
        "result": "sign-in-needed",
        "feishu": [
            {"id": "feishu.cn_1", "name": "张三", "kind": "primary", "role": "owner", "primary": True}
        ],
        "outlook": [],
    }


def test_sign_in_prints_the_address_and_opens_the_browser(
    command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(sign_in, "open_in_browser", lambda address: not opened.append(address))
    ended = command("sign-in", "feishu")
    assert ended.code == 0
    assert "https://example.com/authorize" in ended.err
    assert opened == ["https://example.com/authorize"]
    assert ended.out == "Signed in to Feishu: 张三 <zhangsan@example.com>\n"


def test_sign_in_says_when_no_browser_can_be_opened(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "open_in_browser", lambda _address: False)
    assert "No browser could be started here" in command("sign-in", "outlook").err


def test_a_refused_sign_in_is_told_in_words(
    command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "open_in_browser", lambda _address: True)
    script.identity = errors.AppMisconfigured(Side.FEISHU, "app_secret", "20002")
    ended = command("sign-in", "feishu")
    assert ended.code == 7
    assert "The App Secret is wrong" in ended.err
    assert "Command: secret feishu.app_secret" in ended.err


def test_sign_out_forgets_one_side(command: Command, script: Script) -> None:
    assert command("sign-out", "outlook").code == 0
    assert "sign out of outlook" in script.asked


@pytest.mark.parametrize("text", ["s3cret\n", "s3cret\r\n", "s3cret"])
def test_a_secret_is_read_from_standard_input_without_its_line_end(
    text: str, command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text, newline=""))
    ended = command("secret", "feishu.app_secret")
    assert ended.code == 0
    assert script.secrets == {"feishu.app_secret": "s3cret"}
    assert "s3cret" not in ended.out + ended.err


@pytest.mark.parametrize("text", ["", "\n", "  \n", "two\nlines\n", "x" * 2000])
def test_what_is_no_secret_is_not_stored(
    text: str, command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text, newline=""))
    assert command("secret", "outlook.client_secret").code == 2
    assert script.secrets == {}


def test_a_secret_that_a_person_types_is_not_echoed(
    command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Typed("would be echoed"))
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "typed unseen")
    assert command("secret", "feishu.app_secret").code == 0
    assert script.secrets == {"feishu.app_secret": "typed unseen"}


REFUSALS = {
    "wrong settings": (
        errors.SettingsInvalid("settings.toml", (errors.SettingProblem("syntax"),)),
        2,
        "failed",
    ),
    "another instance": (errors.AlreadyRunning("/data"), 6, "failed"),
    "a damaged database": (errors.LedgerUnusable("damaged", "/data/ledger.sqlite3"), 7, "needs-person"),
    "a fault of ours": (ZeroDivisionError("division by zero"), 8, "failed"),
}


@pytest.mark.parametrize("line", WITH_JSON)
@pytest.mark.parametrize("case", REFUSALS)
def test_whatever_keeps_a_command_from_starting_the_object_is_printed(
    case: str, line: str, command: Command, script: Script
) -> None:
    script.opening, code, result = REFUSALS[case]
    ended = command(*line.split(), "--json")
    assert ended.code == code
    assert ended.object["result"] == result
    assert ended.object["pairs"] == []
    assert ended.err


def test_wrong_settings_end_a_command_before_another_instance_does(command: Command, script: Script) -> None:
    script.settings = errors.SettingsInvalid(
        "settings.toml", (errors.SettingProblem("unknown key", key="x"),)
    )
    script.opening = errors.AlreadyRunning("/data")
    ended = command("sync")
    assert ended.code == 2
    assert "there is no setting “x”" in ended.err
    assert script.asked == ["reload settings"]


def test_a_fault_of_ours_in_the_middle_is_told_with_the_log_file_and_closes_what_was_open(
    command: Command, script: Script, data_dir: Path
) -> None:
    script.run = [ZeroDivisionError("division by zero")]
    ended = command("sync")
    assert ended.code == 8
    assert "A fault of this program: ZeroDivisionError" in ended.err
    file = Path(ended.err.rpartition("Log file: ")[2].strip())
    assert file.is_relative_to(data_dir)
    assert "Traceback" in file.read_text(encoding="utf-8")
    assert "Traceback" not in ended.err
    assert script.asked[-1] == "close"


def test_people_read_their_own_language_and_scripts_read_english(command: Command, script: Script) -> None:
    script.settings = Settings(ui=InterfaceSettings(language=InterfaceLanguage.CHINESE))
    script.run = [report(pairs=(WORK,))]
    assert "新增" in command("sync").out
    assert command("sync", "--json").object["pairs"][0]["skipped"][0]["reason"] == "you declined it"


def test_a_title_that_the_terminal_cannot_show_does_not_end_the_program(
    command: Command, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    script.run = [report(pairs=(WORK,))]
    assert command("sync").code == 0
    narrow.seek(0)
    assert "??" in narrow.read()
