from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.model import Side
from terminal.arguments import Options, UsageError, parse

ORDERS = [
    ["--json", "--verbose", "--data-dir", "/data", "sync"],
    ["sync", "--json", "--verbose", "--data-dir", "/data"],
    ["--json", "sync", "--data-dir=/data", "--verbose"],
    ["--data-dir", "/data", "sync", "--verbose", "--json"],
]


@pytest.mark.parametrize("arguments", ORDERS)
def test_options_may_stand_before_or_after_the_command(arguments: list[str]) -> None:
    assert parse(arguments) == Options("sync", data_dir=Path("/data").absolute(), as_json=True, verbose=True)


COMMANDS = {
    "": Options(""),
    "--verbose": Options("", verbose=True),
    "demo": Options("demo"),
    "demo --once": Options("demo", once=True),
    "sync": Options("sync"),
    "watch": Options("watch"),
    "preview": Options("preview"),
    "status": Options("status"),
    "calendars": Options("calendars"),
    "confirm": Options("confirm"),
    "confirm --keep": Options("confirm", keep=True),
    "sign-in feishu": Options("sign-in", side=Side.FEISHU),
    "sign-in outlook": Options("sign-in", side=Side.OUTLOOK),
    "sign-out outlook": Options("sign-out", side=Side.OUTLOOK),
    "secret feishu.app_secret": Options("secret", secret="feishu.app_secret"),
    "secret outlook.client_secret": Options("secret", secret="outlook.client_secret"),
    "undo": Options("undo"),
    "undo --pair work --yes": Options("undo", pair="work", yes=True),
    "restore": Options("restore"),
    "restore 1 2": Options("restore", numbers=(1, 2)),
    "restore --all": Options("restore", all_events=True),
    "import tokens.yaml": Options("import", file=Path("tokens.yaml").absolute()),
    "diagnostics r.zip --json": Options("diagnostics", as_json=True, file=Path("r.zip").absolute()),
}


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_understood(line: str) -> None:
    assert parse(line.split()) == COMMANDS[line]


@pytest.mark.parametrize(
    "line",
    [
        "synch",
        "sync now",
        "--jsn",
        "--js sync",
        "sync --once",
        "sign-in",
        "sign-in google",
        "secret",
        "secret feishu.password",
        "secret feishu.app_secret value-on-the-command-line",
        "--data-dir",
        "confirm --yes",
        "undo work",
        "undo --pair",
        "restore 0",
        "restore -1",
        "restore one",
        "restore 1 --all",
        "import",
        "import a.yaml b.yaml",
        "diagnostics",
    ],
)
def test_what_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(UsageError):
        parse(line.split())


def test_an_empty_data_directory_is_refused() -> None:
    with pytest.raises(UsageError):
        parse(["--data-dir", "", "sync"])


def test_an_empty_pair_is_not_all_pairs() -> None:
    with pytest.raises(UsageError):
        parse(["undo", "--pair", "", "--yes"])


def test_a_relative_data_directory_is_one_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse(["--data-dir", "here"]).data_dir == tmp_path / "here"


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_end_the_program_well(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([flag])
    assert ended.value.code == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("line", ["--help", "sync --help", "sync now"])
@pytest.mark.parametrize(
    ("frozen", "name"),
    [(False, "tray_app.py"), (True, "feishu-outlook-sync"), (True, "feishu-outlook-sync.exe")],
)
def test_the_program_is_called_by_the_name_that_is_typed(
    frozen: bool, name: str, line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if frozen:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", f"/opt/{name.partition('.')[0]}/{name}")
    with pytest.raises((SystemExit, UsageError)) as ended:
        parse(line.split())
    told = ended.value.usage if isinstance(ended.value, UsageError) else capsys.readouterr().out
    assert told.startswith(f"usage: {name} ")
