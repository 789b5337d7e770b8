"""import: what the old script's file says goes where it belongs, and nothing of it is shown."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings_file import load
from core.vault import MemoryVault
from terminal.arguments import parse
from terminal.build import new_installation
from terminal.main import run
from tests.terminal.conftest import Ended

SCRIPT = """\
feishu:
  app_info:
    app_id: cli_a1b2c3
    app_secret: canary-app-secret
  tokens:
    user_access_token:
      expiration_time: 1733000000
      token: canary-token
outlook:
  app_info:
    client_id: 0000-1111
    client_secret: canary~client.secret
    tenant_id: contoso.com
  authenticated: true
"""
ALL = [
    "feishu.app_id",
    "feishu.app_secret",
    "outlook.client_id",
    "outlook.client_secret",
    "outlook.tenant",
]


class World:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault = MemoryVault()
        self.data_dir = folder / "data"
        self.file = folder / "tokens.yaml"
        self.capsys = capsys

    def run(self, text: str | bytes, *options: str) -> Ended:
        self.file.write_bytes(text.encode() if isinstance(text, str) else text)
        arguments = ["--data-dir", str(self.data_dir), "import", str(self.file), *options]
        code = run(parse(arguments), make=lambda _options: new_installation(self.data_dir, self.vault))
        captured = self.capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    @property
    def settings_file(self) -> Path:
        return self.data_dir / "settings.toml"

    def write_settings(self, text: str) -> None:
        self.data_dir.mkdir(exist_ok=True)
        self.settings_file.write_text(text)


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    return World(tmp_path, capsys)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    return lambda text: monkeypatch.setattr(sys, "stdin", Typed(text))


def test_ids_go_into_the_settings_and_secrets_into_the_keyring(world: World) -> None:
    ended = world.run(SCRIPT)
    assert ended.code == 0
    settings = load(world.settings_file)
    assert settings.feishu.app_id == "cli_a1b2c3"
    assert (settings.outlook.client_id, settings.outlook.tenant) == ("0000-1111", "contoso.com")
    assert world.vault.secret("feishu.app_secret") == "canary-app-secret"
    assert world.vault.secret("outlook.client_secret") == "canary~client.secret"


def test_it_says_what_was_taken_what_not_and_how_to_delete_the_file(world: World) -> None:
    ended = world.run(SCRIPT)
    assert "Taken over: " + ", ".join(ALL) in ended.out
    assert "Not taken: feishu.tokens, outlook.authenticated" in ended.out
    assert "sign in once to each side" in ended.out
    assert f"  rm -- {world.file}" in ended.out


def test_no_value_is_shown_or_stored_where_it_does_not_belong(world: World) -> None:
    ended = world.run(SCRIPT, "--verbose")
    files = [file for file in world.data_dir.rglob("*") if file.is_file()]
    assert len(files) >= 3
    assert not [file for file in files if b"canary" in file.read_bytes()]
    assert "canary" not in ended.out + ended.err
    assert "cli_a1b2c3" not in ended.out + ended.err


def test_with_json_the_object_names_everything(world: World) -> None:
    ended = world.run(SCRIPT, "--json")
    assert ended.object == {
        "result": "ok",
        "file": str(world.file),
        "taken": ALL,
        "unchanged": [],
        "left": [],
        "not_taken": ["feishu.tokens", "outlook.authenticated"],
    }


def test_a_second_import_changes_nothing(world: World) -> None:
    world.run(SCRIPT)
    before = world.settings_file.stat().st_mtime_ns
    ended = world.run(SCRIPT, "--json")
    assert (ended.code, ended.object["taken"], ended.object["unchanged"]) == (0, [], ALL)
    assert world.settings_file.stat().st_mtime_ns == before


MINE = '# mine\n[feishu]\napp_id = "cli_mine"  # keep\n\n[[pairs]]\nid = "work"\n'


def test_settings_and_comments_stay_and_another_value_is_left_as_it_is(world: World) -> None:
    world.write_settings(MINE)
    world.vault.store_secret("feishu.app_secret", "mine")
    ended = world.run(SCRIPT, "--json")
    assert ended.code == 1
    assert ended.object["result"] == "partial"
    assert ended.object["left"] == ["feishu.app_id", "feishu.app_secret"]
    text = world.settings_file.read_text()
    assert text.startswith(MINE)
    assert 'client_id = "0000-1111"' in text
    assert world.vault.secret("feishu.app_secret") == "mine"


def test_a_person_at_the_terminal_may_replace_another_value(
    world: World, answer: Callable[[str], None]
) -> None:
    world.write_settings(MINE)
    answer("y\n")
    ended = world.run(SCRIPT)
    assert ended.code == 0
    assert "Another value is stored already: feishu.app_id" in ended.err
    assert 'app_id = "cli_a1b2c3"  # keep' in world.settings_file.read_text()


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "yess\n"])
def test_whatever_is_no_yes_replaces_nothing(typed: str, world: World, answer: Callable[[str], None]) -> None:
    world.write_settings(MINE)
    answer(typed)
    ended = world.run(SCRIPT)
    assert ended.code == 1
    assert "Left as it was, the file has another value: feishu.app_id" in ended.out
    assert 'app_id = "cli_mine"' in world.settings_file.read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n", "Line 1 is not a simple"),
        ("feishu: {app_id: canary}\n", "Line 1 is not a simple"),
        ("app_id: a\napp_id: canary\n", "Line 2 has a name that stands in the file already"),
        ("app_id: a\nfeishu_app_id: canary\n", "different values: app_id, feishu_app_id"),
        ("app_secret: two words canary\n", "Line 1: “app_secret” has a value that can’t be one"),
        ("other: 1\n", "No app id and no secret"),
        ("", "No app id and no secret"),
        (b"app_id: \xff\n", "not UTF-8"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_not_such_a_file_is_refused_in_words_and_changes_nothing(
    text: str | bytes, words: str, world: World
) -> None:
    ended = world.run(text)
    assert ended.code == 2
    assert words in ended.err
    assert "canary" not in ended.out + ended.err
    assert not world.data_dir.exists()
    assert world.run(text, "--json").object["result"] == "failed"


def test_a_file_that_is_not_there_is_told(world: World, tmp_path: Path) -> None:
    world.file = tmp_path / "folder"
    world.file.mkdir()
    options = parse(["--data-dir", str(world.data_dir), "import", str(world.file)])
    assert run(options) == 2
    assert "The file can’t be read" in world.capsys.readouterr().err


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(SCRIPT.splitlines()),
    st.builds(
        "{}{}:{}".format,
        st.sampled_from(["", "  ", "    ", "- ", "\t"]),
        st.sampled_from(["app_id", "app_secret", "outlook", "client_secret", "tenant", "'x'", '"y"', "?"]),
        st.sampled_from(["", " canary", " 'canary", ' "can\\u0061ry"', " |", " &a canary", " {a: canary}"]),
    ),
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_in_the_file_no_value_of_it_is_shown(lines: list[str], end: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        out, err = io.StringIO(), io.StringIO()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        file, data_dir = Path(folder, "tokens.yaml"), Path(folder, "data")
        file.write_bytes(end.join(lines).encode("utf-8", "surrogatepass"))
        options = parse(["--data-dir", str(data_dir), "--verbose", "import", str(file)])
        code = run(options, make=lambda _options: new_installation(data_dir, MemoryVault()))
        assert code in (0, 2)
        assert "canary" not in out.getvalue() + err.getvalue()
        assert "Traceback" not in err.getvalue()
