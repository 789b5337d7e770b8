"""settings.toml on disk: every way that people write it, and that saving touches only what changed."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import SettingsInvalid
from core.settings import (
    FeishuCloud,
    FeishuSettings,
    LogLevel,
    OutlookSettings,
    PairSettings,
    Privacy,
    Settings,
    SyncSettings,
)
from core.settings_file import load, save

WRITTEN_BY_A_PERSON = """\
# for the office
[ui]
log_level = "debug"   # while we look for that fault

[feishu]
cloud = "lark"
app_id = "cli_1"      # the shared app

[[pairs]]             # first
id = "work"
privacy = "busy"      # nobody's business

# the family
[[pairs]]
id = "家"
outlook_calendar = "家庭"
reminders = 15
title_exclude = ["^Lunch", "(?i)gym"]
"""


@pytest.fixture
def path(data_dir: Path) -> Path:
    return data_dir / "settings.toml"


@pytest.fixture
def written(path: Path) -> Path:
    path.parent.mkdir()
    path.write_bytes(WRITTEN_BY_A_PERSON.encode())
    return path


def test_without_a_file_the_defaults_are_in_force_and_no_pair(path: Path) -> None:
    assert load(path) == Settings()
    assert not path.exists()


def test_every_kind_of_value_is_read(written: Path) -> None:
    settings = load(written)

    assert settings.feishu == FeishuSettings(cloud=FeishuCloud.LARK, app_id="cli_1")
    assert settings.ui.log_level is LogLevel.DEBUG
    assert settings.pairs == (
        PairSettings("work", privacy=Privacy.BUSY),
        PairSettings("家", outlook_calendar="家庭", reminders=15, title_exclude=("^Lunch", "(?i)gym")),
    )


def test_what_is_not_toml_is_refused_with_its_line(written: Path) -> None:
    written.write_text(WRITTEN_BY_A_PERSON + "\n[sync\n")
    with pytest.raises(SettingsInvalid) as caught:
        load(written)
    assert caught.value.file == str(written)
    assert [(p.code, p.line) for p in caught.value.problems] == [("syntax", 20)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(written: Path, line_end: str) -> None:
    expected = load(written)
    written.write_bytes(b"\xef\xbb\xbf" + WRITTEN_BY_A_PERSON.replace("\n", line_end).encode())

    assert load(written) == expected
    changed = replace(expected, sync=SyncSettings(interval_minutes=7))
    save(written, changed)
    assert load(written) == changed
    assert written.read_bytes().count(b"\n") == written.read_bytes().count(line_end.encode())


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN_BY_A_PERSON.encode("utf-16"),
        WRITTEN_BY_A_PERSON.encode("utf-16-le"),
        WRITTEN_BY_A_PERSON.encode("gbk"),
        b'[feishu]\napp_id = "a\0b"',
        b'[feishu]\napp_id = "a\xef\xbb\xbfb"',
    ],
    ids=["utf-16", "utf-16 without mark", "gbk", "nul", "mark in the middle"],
)
def test_another_encoding_is_refused_as_that(written: Path, content: bytes) -> None:
    written.write_bytes(content)
    with pytest.raises(SettingsInvalid) as caught:
        load(written)
    assert [p.code for p in caught.value.problems] == ["encoding"]


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_a_file_that_is_just_being_written_is_not_taken_for_no_pairs(written: Path, content: bytes) -> None:
    written.write_bytes(content)
    with pytest.raises(SettingsInvalid):
        load(written)


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SettingsInvalid) as caught:
        load(path)
    assert [p.code for p in caught.value.problems] == ["unreadable"]


def test_saving_what_is_there_changes_no_byte(written: Path) -> None:
    save(written, load(written))
    assert written.read_bytes() == WRITTEN_BY_A_PERSON.encode()


def test_saving_touches_only_the_line_that_changed(written: Path) -> None:
    settings = load(written)
    work = replace(settings.pairs[0], privacy=Privacy.FULL)

    save(written, replace(settings, pairs=(work, *settings.pairs[1:])))

    assert written.read_text() == WRITTEN_BY_A_PERSON.replace('privacy = "busy" ', 'privacy = "full" ')


def test_a_new_key_stands_in_its_table_not_after_the_comment_of_the_next(written: Path) -> None:
    settings = load(written)
    work = replace(settings.pairs[0], category="")

    save(written, replace(settings, pairs=(work, *settings.pairs[1:])))

    assert written.read_text() == WRITTEN_BY_A_PERSON.replace(
        "nobody's business\n", 'nobody\'s business\ncategory = ""\n'
    )


def test_pairs_are_added_removed_and_put_in_order_and_keep_their_comments(written: Path) -> None:
    settings = load(written)
    new = PairSettings("new", feishu_calendar="feishu.cn_x", title_prefix='"\\ ')

    save(written, replace(settings, pairs=(new, settings.pairs[1], settings.pairs[0])))

    assert load(written).pairs == (new, settings.pairs[1], settings.pairs[0])
    assert "# nobody's business" in written.read_text()

    save(written, replace(settings, pairs=()))
    assert load(written) == replace(settings, pairs=())


@pytest.mark.parametrize(
    "text",
    [
        'feishu = {cloud = "lark"}\npairs = [{id = "a"}, {id = "b", outlook_calendar = "B"}]\n',
        'feishu.cloud = "lark"\nsync.push = true\n',
        '[[pairs]]\nid = "a"\n[sync]\npush = true\n[[pairs]]\nid = "b"\noutlook_calendar = "B"\n',
        "# nothing yet\n",
    ],
    ids=["inline tables", "dotted keys", "pairs apart", "only a comment"],
)
def test_saving_copes_with_every_way_to_write_toml(written: Path, text: str) -> None:
    written.write_text(text)
    wanted = replace(
        load(written),
        feishu=FeishuSettings(app_id="cli_2"),
        sync=SyncSettings(interval_minutes=9),
        pairs=(PairSettings("b", outlook_calendar="B", privacy=Privacy.BUSY), PairSettings("c")),
    )

    save(written, wanted)

    assert load(written) == wanted


def test_the_first_save_makes_a_commented_file_in_a_private_folder(path: Path) -> None:
    wanted = Settings(feishu=FeishuSettings(app_id="cli_1"), pairs=(PairSettings("work"),))

    save(path, wanted)

    assert load(path) == wanted
    assert 'app_id = "cli_1"' in path.read_text()
    assert "# feishu | lark | custom" in path.read_text()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_saving_keeps_the_files_permissions_and_leaves_nothing_beside_it(written: Path) -> None:
    written.chmod(0o640)
    save(written, Settings())
    assert stat.S_IMODE(written.stat().st_mode) == 0o640
    assert list(written.parent.iterdir()) == [written]


def test_saving_through_a_link_changes_what_it_points_to(written: Path, tmp_path: Path) -> None:
    link = tmp_path / "settings.toml"
    link.symlink_to(written)
    save(link, Settings())
    assert link.is_symlink()
    assert load(written) == Settings()


@pytest.mark.parametrize(
    "wrong",
    [
        Settings(sync=SyncSettings(interval_minutes=0)),
        Settings(outlook=OutlookSettings(tenant="x y")),
        Settings(pairs=(PairSettings("a"), PairSettings("a"))),
    ],
)
def test_what_could_not_be_read_again_is_not_written(written: Path, wrong: Settings) -> None:
    with pytest.raises(SettingsInvalid):
        save(written, wrong)
    assert written.read_bytes() == WRITTEN_BY_A_PERSON.encode()


@pytest.mark.parametrize("content", [b"[sync\n", WRITTEN_BY_A_PERSON.encode("gbk")])
def test_a_broken_file_is_not_overwritten(written: Path, content: bytes) -> None:
    written.write_bytes(content)
    with pytest.raises(SettingsInvalid):
        save(written, Settings())
    assert written.read_bytes() == content


def test_a_wrong_value_can_be_corrected_by_saving(written: Path) -> None:
    written.write_text("[sync]\npush = 1   # yes\nfuture_days = 9999\n")
    save(written, Settings(sync=SyncSettings(push=True)))
    assert written.read_text().startswith("[sync]\npush = true   # yes\nfuture_days = 365\n")


def test_a_full_disk_leaves_the_old_file(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsInvalid):
        save(written, Settings())
    assert written.read_bytes() == WRITTEN_BY_A_PERSON.encode()
    assert list(written.parent.iterdir()) == [written]
