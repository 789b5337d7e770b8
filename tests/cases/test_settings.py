"""settings.toml as other programs save it, and half of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from core.errors import SettingsInvalid
from core.installation import Installation
from terminal.arguments import Options, parse
from terminal.build import new_installation
from terminal.commands import Context
from terminal.commands.watch import watch
from terminal.exit_codes import ExitCode
from terminal.main import run
from terminal.printing import Terminal
from tests.cases.calendars import Calendars
from texts.problems import describe


@pytest.fixture
def mirrored(calendars: Calendars) -> Calendars:
    """Into an Outlook calendar with a Chinese name; three events."""
    calendars.outlook.add_calendar("飞书 日历")
    calendars.change_pair(outlook_calendar="飞书 日历")
    for hour in (9, 10, 11):
        calendars.add(f"Meeting at {hour}", f"2027-02-01 {hour:02}:00", 30)
    assert calendars.settle().counts == (3, 0, 0)
    return calendars


def settings_file(calendars: Calendars) -> Path:
    return calendars.installed.data_dir / "settings.toml"


def notepad(text: str, encoding: str = "utf-8-sig") -> bytes:
    return text.replace("\n", "\r\n").encode(encoding)


def command(calendars: Calendars, *arguments: str) -> int:
    """The exit code of a process of its own, as far as the settings go."""
    options = parse(["--data-dir", str(calendars.installed.data_dir), *arguments])
    installed = calendars.installed
    return run(options, make=lambda _options: new_installation(installed.data_dir, installed.vault))


def test_settings_that_notepad_saved_are_in_force_also_after_the_window_saved_them(
    mirrored: Calendars,
) -> None:
    """What was said of such a file, "invalid statement, line 1, column 1", helps nobody.
    (Nayjest/lm-proxy #79, herdrdev/herdr #3678, hukkin/tomli #304)"""
    file = settings_file(mirrored)
    file.write_bytes(notepad(file.read_text("utf-8") + "\n# 我的日历\n"))
    mirrored.installed.restart()
    mirrored.demand_quiet()
    installation = mirrored.installed.installation
    before = installation.settings
    wanted = replace(before, sync=replace(before.sync, interval_minutes=17))
    installation.save_settings(wanted)
    saved = file.read_bytes().decode("utf-8-sig")
    assert saved.count("\n") == saved.count("\r\n") > 1
    assert "# 我的日历\r\n" in saved
    mirrored.installed.restart()
    assert mirrored.installed.installation.settings == wanted
    mirrored.demand_quiet()


def in_utf_16(text: str) -> bytes:
    return notepad(text, "utf-16")


def in_gbk(text: str) -> bytes:
    return notepad(text, "gbk")


def with_a_mark_inside(text: str) -> bytes:
    """Two files that were joined."""
    return notepad(text) + notepad("# added\n")


@pytest.mark.parametrize("spoil", [in_utf_16, in_gbk, with_a_mark_inside])
def test_another_encoding_is_told_in_words_and_the_last_good_settings_stay(
    mirrored: Calendars, capsys: pytest.CaptureFixture[str], spoil: Callable[[str], bytes]
) -> None:
    """Silent defaults would be worse: without a pair nothing is mirrored, or all of it anew."""
    installation, file = mirrored.installed.installation, settings_file(mirrored)
    good, text = installation.settings, file.read_text("utf-8")
    file.write_bytes(spoil(text))
    with pytest.raises(SettingsInvalid) as refused:
        installation.reload_settings()
    assert [problem.code for problem in refused.value.problems] == ["encoding"]
    assert "UTF-8" in "\n".join((describe(refused.value).title, describe(refused.value).meaning))
    assert installation.settings == good
    mirrored.demand_quiet()
    with pytest.raises(SettingsInvalid):
        installation.save_settings(replace(good, pairs=()))
    assert file.read_bytes() == spoil(text)

    installation.close()
    mirrored.installed.sandbox.journal.clear()
    assert command(mirrored, "sync") == ExitCode.USAGE
    assert "UTF-8" in capsys.readouterr().err
    assert mirrored.installed.sandbox.journal.requests() == []
    file.write_text(text, "utf-8")
    mirrored.installed.restart()
    mirrored.demand_quiet()
    assert len(mirrored.outlook.events(outlook_calendar(mirrored))) == 3


def outlook_calendar(calendars: Calendars) -> str:
    named = [each["id"] for each in calendars.outlook.calendars() if each["name"] == "飞书 日历"]
    return str(named[0])


@dataclass
class Acts:
    """In the place of an interruption: between two looks of `watch` at the settings, the next act; after the
    last one it is interrupted."""

    left: list[Callable[[], object]] = field(default_factory=list)

    def requested(self) -> bool:
        return not self.left

    def wait(self, _seconds: float) -> None:
        self.left.pop(0)()


def test_watch_waits_for_a_whole_file(mirrored: Calendars, capsys: pytest.CaptureFixture[str]) -> None:
    installation, file = mirrored.installed.installation, settings_file(mirrored)
    good, text = installation.settings, file.read_text("utf-8")
    whole = text.replace("飞书 日历", "Feishu")

    def write(part: str) -> Callable[[], object]:
        return lambda: file.write_text(part, "utf-8")

    def demand_the_last_good_ones() -> None:
        assert installation.settings == good
        mirrored.demand_quiet()

    def demand_the_new_ones() -> None:
        assert installation.settings.pairs == (replace(good.pairs[0], outlook_calendar="Feishu"),)

    @contextmanager
    def opened(*, exclusive: bool) -> Iterator[Installation]:
        assert exclusive
        yield installation

    middle = text.index("outlook_calendar") + len("outlook_calendar = ")
    acts = Acts()
    for part in ("", text[:middle], "\n"):
        acts.left += [write(part), demand_the_last_good_ones]
    acts.left += [write(whole), demand_the_new_ones]
    terminal = Terminal(as_json=False)
    context = Context(Options("watch"), terminal, acts, opened)  # type: ignore[arg-type]
    assert watch(context) is ExitCode.ALL_WELL
    told = capsys.readouterr()
    assert told.err.count("settings.toml") >= 3
    assert told.out.count("The settings have changed and are in force now.") == 1
