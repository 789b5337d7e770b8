"""settings.toml: read, refused in words, written without touching what a person wrote."""

from __future__ import annotations

import re
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

import pytest

from core.errors import SettingProblem, SettingsInvalid
from core.settings import (
    NOT_BUILT_YET,
    FeishuCloud,
    FeishuSettings,
    LogLevel,
    OutlookSettings,
    PairSettings,
    Privacy,
    Redirect,
    Settings,
    SyncSettings,
)
from core.settings_file import default_text, load, save
from core.settings_reading import parse

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


def problems(text: str) -> tuple[SettingProblem, ...]:
    with pytest.raises(SettingsInvalid) as caught:
        parse(text, "settings.toml")
    return caught.value.problems


def problem(text: str) -> SettingProblem:
    (only,) = problems(text)
    return only


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


def test_the_text_for_a_new_file_says_exactly_the_defaults() -> None:
    assert parse(default_text(), "") == Settings()


def test_the_text_for_a_new_file_shows_every_key_there_is() -> None:
    shown = set(re.findall(r"^[# ]*(\w+) = ", default_text(), re.MULTILINE))
    sections = [*(cls for name, cls in get_type_hints(Settings).items() if name != "pairs"), PairSettings]
    assert shown == {field.name for section in sections for field in fields(section)}


def test_the_pair_in_the_text_for_a_new_file_says_the_defaults_too() -> None:
    uncommented = re.sub(r"^# (?=\[\[pairs|\w+ = )", "", default_text(), flags=re.MULTILINE)
    assert parse(uncommented, "").pairs == (PairSettings("work"),)


@pytest.mark.parametrize("text", ["[sync]\npush = true", "[sync]\ninterval_minutes = 1440"])
def test_what_is_allowed_is_accepted(text: str) -> None:
    parse(text, "")


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed"),
    [
        ("[sync]\ninterval_minutes = 0", "sync.interval_minutes", "0", "1–1440"),
        ("[sync]\ninterval_minutes = 1441", "sync.interval_minutes", "1441", "1–1440"),
        ("[sync]\nfuture_days = 0", "sync.future_days", "0", "1–1400"),
        ("[sync]\nfuture_days = 1401", "sync.future_days", "1401", "1–1400"),
        ("[sync]\npast_days = -1", "sync.past_days", "-1", "0–36500"),
        ('[sync]\nmax_deletions = "101%"', "sync.max_deletions", '"101%"', '"0%"–"100%"'),
        ('[sync]\nmax_deletions = "20"', "sync.max_deletions", '"20"', '"0%"–"100%"'),
        ("[feishu]\nredirect_ports = [0]", "feishu.redirect_ports", "[0]", "1–65535"),
        ("[feishu]\nredirect_ports = [65536]", "feishu.redirect_ports", "[65536]", "1–65535"),
        ("[feishu]\nredirect_ports = []", "feishu.redirect_ports", "[]", "not empty"),
        ('[feishu]\ncloud = "china"', "feishu.cloud", '"china"', '"feishu" | "lark" | "custom"'),
        ('[feishu]\napp_id = "cli 1"', "feishu.app_id", '"cli 1"', "without spaces"),
        ('[[pairs]]\nid = ""', "pairs[1].id", '""', "not empty"),
        ('[[pairs]]\nid = "a"\nreminders = -1', "pairs[a].reminders", "-1", None),
        ('[[pairs]]\nid = "a"\nreminders = "often"', "pairs[a].reminders", '"often"', None),
        ('[[pairs]]\nid = "a"\ntitle_exclude = ["(", "ok"]', "pairs[a].title_exclude", '["(", "ok"]', None),
        ('[[pairs]]\nid = "a"\ntitle_exclude = [""]', "pairs[a].title_exclude", '[""]', None),
        ('[outlook]\ntenant = ""', "outlook.tenant", '""', None),
        ('[outlook]\ntenant = "a/b"', "outlook.tenant", '"a/b"', None),
        ('[network]\nproxy = "socks5://h:1"', "network.proxy", '"socks5://h:1"', None),
        ('[network]\nproxy = "http://h"', "network.proxy", '"http://h"', None),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(
    text: str, key: str, value: str, allowed: str | None
) -> None:
    found = problem(text)

    assert (found.code, found.key, found.value) == ("value", key, value)
    assert found.allowed == allowed if allowed else found.allowed


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ('[sync]\ninterval_minutes = "5"', "sync.interval_minutes", "integer"),
        ("[sync]\ninterval_minutes = 5.0", "sync.interval_minutes", "integer"),
        ("[sync]\ninterval_minutes = true", "sync.interval_minutes", "integer"),
        ("[sync]\npush = 1", "sync.push", "true | false"),
        ("[feishu]\nredirect_ports = 5000", "feishu.redirect_ports", "[…]"),
        ('[feishu]\nredirect_ports = ["5000"]', "feishu.redirect_ports", "integer"),
        ("[feishu]\ncloud = 1", "feishu.cloud", '"feishu" | "lark" | "custom"'),
        ('[[pairs]]\nid = "a"\nreminders = true', "pairs[a].reminders", "string | integer"),
        ("[[pairs]]\nid = 1979-05-27", "pairs[1].id", "string"),
        ("feishu = 3", "feishu", "[feishu]"),
        ("[pairs]", "pairs", "[[pairs]]"),
        ("pairs = [1]", "pairs[1]", "[[pairs]]"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_right_type(text: str, key: str, allowed: str) -> None:
    found = problem(text)

    assert (found.code, found.key, found.allowed) == ("type", key, allowed)


def test_a_pair_needs_an_id() -> None:
    assert problem('[[pairs]]\nprivacy = "busy"') == SettingProblem("missing", "pairs[1].id", line=1)


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("[sync]\nintervall_minutes = 5", "sync.intervall_minutes", "interval_minutes"),
        ("[ui]\ninterval_minutes = 5", "ui.interval_minutes", "sync.interval_minutes"),
        ('[[pairs]]\nid = "a"\nprivat = "busy"', "pairs[a].privat", "privacy"),
        ("[outlok]", "outlok", "outlook"),
        ("[sync]\nxyzzy = 5", "sync.xyzzy", ""),
        ('[feishu]\napp_secret = "s3cret"', "feishu.app_secret", "secret feishu.app_secret"),
        ('[outlook]\nclient_secret = "s3cret"', "outlook.client_secret", "secret outlook.client_secret"),
        ('[feishu]\nuser_access_token = "s3cret"', "feishu.user_access_token", "secret feishu.app_secret"),
    ],
)
def test_an_unknown_key_is_refused_with_what_was_meant(text: str, key: str, suggestion: str) -> None:
    found = problem(text)

    assert (found.code, found.key, found.suggestion) == ("unknown key", key, suggestion)
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        '[outlook]\nredirect = "nativeclient"',
        '[[pairs]]\nid = "a"\nexisting = "adopt"',
        '[[pairs]]\nid = "a"\nlocal_changes = "keep"',
        "[sync]\nmonthly_calls = 1",
        "[ui]\nstart_at_login = true",
    ],
)
def test_a_setting_without_effect_is_refused_not_ignored(text: str) -> None:
    assert problem(text).code == "not built"


def test_every_setting_that_is_called_not_built_exists() -> None:
    tables = {**get_type_hints(Settings), "pairs": PairSettings}
    for key in NOT_BUILT_YET:
        table, name = key.split(".")
        assert name in get_type_hints(tables[table])


def test_two_pairs_of_one_id_are_refused() -> None:
    text = '[[pairs]]\nid = "a"\n\n[[pairs]]\nid = "a"\noutlook_calendar = "Other"'
    assert problem(text) == SettingProblem("duplicate id", "pairs", "a", line=4)


def test_two_pairs_with_the_same_two_calendars_are_refused() -> None:
    text = '[[pairs]]\nid = "a"\n\n[[pairs]]\nid = "b"\nfeishu_calendar = "primary"'
    assert problem(text) == SettingProblem("duplicate calendars", "pairs", "primary → Feishu", line=4)


def test_a_cloud_of_ones_own_needs_its_addresses() -> None:
    found = problems('[feishu]\ncloud = "custom"\n[outlook]\ncloud = "custom"\ngraph_url = "https://g"')
    assert [(p.code, p.key) for p in found] == [
        ("missing", "feishu.open_url"),
        ("missing", "feishu.accounts_url"),
        ("missing", "outlook.authority_url"),
    ]


def test_addresses_beside_a_known_cloud_are_refused() -> None:
    found = problem('[outlook]\ngraph_url = "https://g"')
    assert (found.code, found.key) == ("value", "outlook.graph_url")


@pytest.mark.parametrize(
    ("address", "is_accepted"),
    [
        ("https://open.example.com", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080/base", True),
        ("http://[::1]:8080", True),
        ("http://open.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://user:pass@open.example.com", False),
        ("https://open.example.com:99999", False),
        ("https://[::1", False),
        ("https://", False),
        ("open.example.com", False),
        ("ftp://open.example.com", False),
    ],
)
def test_secrets_are_sent_to_an_address_only_encrypted_or_inside_this_computer(
    address: str, is_accepted: bool
) -> None:
    text = f'[feishu]\ncloud = "custom"\nopen_url = "{address}"\naccounts_url = "https://a"'
    if is_accepted:
        assert parse(text, "").feishu.open_url == address
    else:
        assert problem(text).key == "feishu.open_url"


def test_a_password_in_an_address_is_not_repeated() -> None:
    found = problem('[network]\nproxy = "http://user:s3cret@proxy:8080"')
    assert (found.value, found.code) == ('"http://…@proxy:8080"', "value")


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    text = (
        '[sync]\npush = 1\n\n[[pairs]]\nid = "a"\nprivacy = "all"\n[ui]\ncolour = "red"\n[feishu]\ncloud = 2'
    )
    assert [(p.line, p.key) for p in problems(text)] == [
        (2, "sync.push"),
        (6, "pairs[a].privacy"),
        (8, "ui.colour"),
        (10, "feishu.cloud"),
    ]


def test_what_is_not_toml_is_refused_with_its_line(written: Path) -> None:
    written.write_text(WRITTEN_BY_A_PERSON + "\n[sync\n")
    with pytest.raises(SettingsInvalid) as caught:
        load(written)
    assert caught.value.file == str(written)
    assert [(p.code, p.line) for p in caught.value.problems] == [("syntax", 20)]


def test_nesting_without_end_is_no_crash() -> None:
    assert problem("a = " + "[" * 100_000).code == "syntax"


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
        Settings(outlook=OutlookSettings(redirect=Redirect.NATIVECLIENT)),
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
