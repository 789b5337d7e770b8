"""What is taken from settings.toml while somebody writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core import settings_in_force
from core.errors import SettingsInvalid
from core.settings import Settings
from core.settings_in_force import SettingsInForce

ONE = """\
[sync]
interval_minutes = 15

[[pairs]]
id = "work"
outlook_calendar = "Work"
privacy = "busy"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "settings.toml"
    made.write_text(ONE, "utf-8")
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What others do, one after the other, each time somebody waits."""
    acts: list[Callable[[], object]] = []
    monkeypatch.setattr(settings_in_force.time, "sleep", lambda _seconds: acts.pop(0)() if acts else None)
    return acts


@pytest.fixture
def in_force(file: Path, meanwhile: list[Callable[[], object]]) -> SettingsInForce:
    made = SettingsInForce(file)
    made.reload()
    return made


@pytest.mark.parametrize("end", [0, 1, ONE.index("15") + 1, ONE.index("Work"), ONE.index("privacy") + 3])
def test_the_beginning_of_the_file_is_not_taken_for_the_whole(
    in_force: SettingsInForce, file: Path, end: int
) -> None:
    """Without its last lines a pair would tell more than it may, or run once a minute."""
    before = in_force.settings
    file.write_text(ONE[:end], "utf-8")
    with pytest.raises(SettingsInvalid):
        in_force.reload()
    assert in_force.settings is before
    file.write_text(ONE, "utf-8")
    assert in_force.reload() == before


def test_lines_that_a_person_takes_away_at_the_end_are_an_edit(in_force: SettingsInForce, file: Path) -> None:
    for text in (ONE.removesuffix('privacy = "busy"\n'), ONE.partition("\n\n[[pairs]]")[0]):
        file.write_text(text, "utf-8")
        in_force.reload()
    assert (in_force.settings.sync.interval_minutes, in_force.settings.pairs) == (15, ())


def test_a_file_that_is_being_written_is_waited_for(
    in_force: SettingsInForce, file: Path, meanwhile: list[Callable[[], object]]
) -> None:
    """A new value and then nothing would be a whole file, as far as TOML goes."""
    wanted = ONE.replace("15", "20")
    file.write_text(wanted.partition("\n\n")[0], "utf-8")
    meanwhile += [lambda: file.write_text(wanted[:60], "utf-8"), lambda: file.write_text(wanted, "utf-8")]
    settings = in_force.reload()
    assert settings.sync.interval_minutes == 20
    assert [pair.privacy.value for pair in settings.pairs] == ["busy"]


def test_who_writes_without_end_is_not_waited_for_without_end(
    in_force: SettingsInForce, file: Path, meanwhile: list[Callable[[], object]]
) -> None:
    def write(number: int) -> Callable[[], object]:
        return lambda: file.write_text(ONE.replace("15", str(number)), "utf-8")

    write(100)()
    meanwhile += map(write, range(101, 200))
    in_force.reload()
    assert meanwhile


def test_the_first_look_waits_for_nobody(file: Path, meanwhile: list[Callable[[], object]]) -> None:
    meanwhile.append(file.unlink)
    assert SettingsInForce(file).reload().sync.interval_minutes == 15
    assert meanwhile


def test_a_file_that_is_gone_is_not_read_as_defaults(in_force: SettingsInForce, file: Path) -> None:
    before = in_force.settings
    file.unlink()
    with pytest.raises(SettingsInvalid):
        in_force.reload()
    assert in_force.settings is before


def test_without_a_file_the_defaults_are_in_force_until_there_is_one(tmp_path: Path) -> None:
    in_force = SettingsInForce(tmp_path / "settings.toml")
    assert in_force.reload() == Settings()
    in_force.path.write_text(ONE, "utf-8")
    assert in_force.reload().sync.interval_minutes == 15


def test_what_is_saved_is_in_force_and_what_can_not_be_saved_is_not(
    in_force: SettingsInForce, file: Path
) -> None:
    before = in_force.settings
    wanted = replace(before, sync=replace(before.sync, interval_minutes=30))
    in_force.save(wanted)
    assert in_force.settings == wanted
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("30") + 1], "utf-8")
    with pytest.raises(SettingsInvalid):
        in_force.reload()
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid):
        in_force.save(replace(before, sync=replace(before.sync, interval_minutes=0)))
    assert in_force.reload() == in_force.settings == wanted
