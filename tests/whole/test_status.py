"""What `status` says between two runs, after sign-ins and while settings.toml is being replaced."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.errors import SettingProblem, SettingsInvalid, SignInNeeded
from core.model import Identity, Side
from core.settings import Settings
from terminal.commands import sign_in
from tests.whole.installed import Installed, browse, opened
from tests.whole.program import vault_of
from tests.whole.terminal_program import Program


def test_status_tells_a_sign_out_at_once_and_forgets_it_after_the_next_sign_in(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = browse(program.installed.sandbox)

    def open_in_browser(address: str) -> bool:
        follow(address)
        return True

    monkeypatch.setattr(sign_in, "open_in_browser", open_in_browser)
    assert program("status").code == 0

    assert program("sign-out", "outlook").code == 0
    assert program("status").code == 3
    assert program("sync").code == 3
    assert program("status").code == 3

    assert program("sign-in", "outlook").code == 0
    ended = program("status", "--json")
    assert (ended.code, ended.report["attention"]) == (0, [])


def test_a_lost_sign_in_that_a_run_noticed_counts_though_there_was_a_sign_in_before(
    installed: Installed,
) -> None:
    installed.run()
    installed.installation.sign_out(Side.FEISHU)
    assert installed.run().problems == (SignInNeeded(Side.FEISHU),)
    assert installed.installation.status().attention == (SignInNeeded(Side.FEISHU),)


def test_status_of_a_directory_where_nothing_is_set_up_misses_nobody(tmp_path: Path) -> None:
    installation = opened(tmp_path / "fresh", vault_of(tmp_path / "fresh"))
    assert installation.status().attention == ()
    installation.close()


def test_settings_that_vanish_while_the_program_runs_are_unreadable_and_the_last_ones_stay(
    installed: Installed,
) -> None:
    installed.restart()
    file = installed.data_dir / "settings.toml"
    text = file.read_bytes()
    file.unlink()
    problem = SettingProblem("unreadable", value=os.strerror(errno.ENOENT))
    for _again in range(2):
        with pytest.raises(SettingsInvalid) as raised:
            installed.installation.reload_settings()
        assert raised.value == SettingsInvalid(str(file), (problem,))
    assert installed.installation.settings == installed.settings

    file.write_bytes(text)
    assert installed.installation.reload_settings() == installed.settings


def test_settings_that_were_saved_and_vanish_are_unreadable(tmp_path: Path) -> None:
    installation = opened(tmp_path / "fresh", vault_of(tmp_path / "fresh"))
    installation.save_settings(Settings())
    (tmp_path / "fresh" / "settings.toml").unlink()
    with pytest.raises(SettingsInvalid):
        installation.reload_settings()
    installation.close()


def test_confirm_says_whom_it_accepts(program: Program) -> None:
    installation = opened(program.installed.data_dir, program.installed.vault)
    now = installation.signed_in(Side.FEISHU)
    assert isinstance(now, Identity)
    installation._ledger.set_note("person feishu", "somebody else\nZhao Liu")
    installation.close()

    assert "Command: confirm" in program("sync").err
    ended = program("confirm")
    assert f"Feishu: {now.name} is accepted from now on, in the place of Zhao Liu." in ended.out
    assert "No deletion is held." not in ended.out
    assert "accepted" not in program("confirm").out
