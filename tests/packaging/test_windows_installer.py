"""The text of the installer against the program that it installs. NSIS is not needed here."""

from __future__ import annotations

import gettext
import re
import sys
from pathlib import Path

import pytest

from core.places import default_data_dir
from core.vault import PROFILE, SERVICE
from tests.packaging.windows_build import FOLDER, load
from texts.product import VERSION
from ui import autostart, provision

contents, installer = load("contents"), load("installer")

SCRIPT = (FOLDER / "installer.nsi").read_text("utf-8")
TEXTS = (FOLDER / "installer_texts.nsh").read_text("utf-8")
DEFINED = dict(re.findall(r'^!define (\w+) "([^"]*)"', SCRIPT, re.MULTILINE))


def test_it_asks_for_no_administrator_and_touches_what_is_the_persons_own() -> None:
    assert "RequestExecutionLevel user" in SCRIPT
    assert set(re.findall(r"\bHK\w+", SCRIPT)) == {"HKCU"}
    assert 'InstallDir "$LOCALAPPDATA\\Programs\\${FOLDER}"' in SCRIPT


def test_it_knows_the_programs_by_their_names() -> None:
    named = {
        name.replace("${PROGRAM}", DEFINED["PROGRAM"])
        for name in re.findall(r"\$\{PROGRAM\}[\w-]*\.exe", SCRIPT)
    }
    assert named == set(contents.SUBSYSTEMS)


def test_it_finds_data_and_settings_where_the_program_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert default_data_dir().name == DEFINED["FOLDER"]
    assert DEFINED["DATA"] == "$LOCALAPPDATA\\${FOLDER}"
    assert f"\\{provision.NAME}" in SCRIPT


def test_it_removes_every_start_at_login_that_the_program_makes() -> None:
    assert DEFINED["RUN_KEY"] == autostart._RUN_KEY
    assert DEFINED["PROGRAM"] == autostart.NAME


def test_it_removes_the_item_in_which_secrets_are() -> None:
    assert DEFINED["PROGRAM"] == SERVICE
    assert f'"${{DATA}}\\{PROFILE}"' in SCRIPT
    removed = re.findall(r'CredDeleteW\(w "([^"]+)", i 1', SCRIPT)
    assert removed == ["${PROGRAM}:$1"]


def test_data_stay_unless_they_are_asked_away() -> None:
    section = re.search(
        r"^Section /o \"un\.\$\(DATA_AND_SECRETS\)\".*?^SectionEnd", SCRIPT, re.MULTILINE | re.DOTALL
    )
    assert section is not None
    rest = SCRIPT.replace(section[0], "")
    assert 'RMDir /r "${DATA}"' in section[0]
    assert 'RMDir /r "${DATA}"' not in rest


def test_nothing_of_another_program_can_go_with_it() -> None:
    """A folder that somebody chose may hold more than ours."""
    assert not re.search(r'RMDir /r "\$INSTDIR"', SCRIPT)


def test_every_text_is_there_in_both_languages() -> None:
    texts = re.findall(
        r'^!insertmacro TEXT (\w+) (?:\\\n\s*)?"([^"]+)" (?:\\\n\s*)?"([^"]+)"$', TEXTS, re.MULTILINE
    )
    assert {name for name, _, _ in texts} == set(re.findall(r"\$\((\w+)\)", SCRIPT))
    assert all(re.search(r"[\u4e00-\u9fff]", chinese) for _, _, chinese in texts)
    assert not any(re.search(r"[\u4e00-\u9fff]", english) for _, english, _ in texts)


def test_the_name_is_that_of_the_program_in_both_languages() -> None:
    assert DEFINED["NAME"] == "Feishu–Outlook Sync"
    chinese = gettext.translation("messages", FOLDER.parents[1] / "texts" / "locale", ["zh_CN"])
    assert f"“{chinese.gettext(DEFINED['NAME'])}”" in TEXTS


def test_makensis_is_told_the_version_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer.shutil, "which", lambda _: "makensis")
    command = installer.command(VERSION, Path("built"), Path("program.ico"), Path("setup.exe"))
    assert f"-DVERSION={VERSION}" in command
    assert re.fullmatch(r"-DNUMBERS=\d+\.\d+\.\d+\.\d+", next(word for word in command if "NUMBERS" in word))
    given = {word[2:].partition("=")[0] for word in command if word.startswith("-D")}
    assert given == set(re.findall(r"\$\{(VERSION|NUMBERS|SOURCE|ICON|OUTPUT|TARGET)\}", SCRIPT))
    assert "-WX" in command
