"""settings.toml on disk. A person's comments stay, and nothing is written that could not be read again."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import MutableMapping
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from core.errors import SettingProblem, SettingsInvalid
from core.files import replace_file
from core.places import make_private
from core.settings import Settings
from core.settings_reading import SECTIONS, parse, read_toml

DEFAULTS = Path(__file__).resolve().parent.parent / "resources" / "defaults.toml"


def default_text() -> str:
    """The defaults with a comment each, for a new file."""
    return DEFAULTS.read_text(encoding="utf-8")


def load(path: Path, *, must_exist: bool = False) -> Settings:
    """The settings in this file; defaults, without any pair, where there is none. Raises SettingsInvalid,
    with `must_exist` also where there is none."""
    text = read_text(path)
    if text is None and must_exist:
        raise _unreadable(path, os.strerror(errno.ENOENT))
    return Settings() if text is None else parse(text, str(path))


def save(path: Path, settings: Settings) -> None:
    """Touches only the keys that differ. Raises SettingsInvalid, and then nothing is written: for values that
    are not allowed, and for a file that can't be read or has keys that are not ours. LedgerUnusable when
    the data directory can't be written."""
    before = read_text(path)
    text = edited(before or default_text(), str(path), settings)
    parse(text, str(path))
    if text == before:
        return
    try:
        make_private(path.parent)
        mode = 0o644 if before is None else stat.S_IMODE(path.stat().st_mode)
        replace_file(path, text.encode(), mode)
    except OSError as error:
        problem = SettingProblem("unwritable", value=error.strerror or str(error))
        raise SettingsInvalid(str(path), (problem,)) from error


def read_text(path: Path) -> str | None:
    """The file as text, None if there is none. Raises SettingsInvalid.

    A byte order mark at the start is what some editors write; one elsewhere, or a NUL, betrays another
    encoding.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(str(path), (SettingProblem("encoding"),)) from error
    if stray := re.search("[\0\ufeff]", text):
        line = text.count("\n", 0, stray.start()) + 1
        raise SettingsInvalid(str(path), (SettingProblem("encoding", line=line),))
    if not text.strip():
        # Somebody is just writing it, or the disk was full: taken as defaults it would drop every pair.
        raise _unreadable(path, "0 bytes")
    return text


def _unreadable(path: Path, why: str) -> SettingsInvalid:
    return SettingsInvalid(str(path), (SettingProblem("unreadable", value=why),))


def edited(text: str, file: str, settings: Settings) -> str:
    """`text` with these settings; its comments, order and line ends stay. Raises SettingsInvalid if it is
    not TOML."""
    read_toml(text, file)
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingsInvalid(file, (SettingProblem("syntax", value=str(error)),)) from error
    for name in SECTIONS:
        table = document.get(name)
        if not isinstance(table, MutableMapping):
            table = tomlkit.table()
        _update(table, getattr(settings, name))
        if table or name in document:
            document[name] = table
    _update_pairs(document, settings)
    written = tomlkit.dumps(document)
    return written.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else written


def _update_pairs(document: tomlkit.TOMLDocument, settings: Settings) -> None:
    """Pairs are known again by their ids."""
    present = document.get("pairs", [])
    tables = {table.get("id"): table for table in present if isinstance(table, Table)}
    if [table.get("id") for table in present] != [pair.id for pair in settings.pairs]:
        document["pairs"] = array = tomlkit.aot()
        for pair in settings.pairs:
            array.append(tables.get(pair.id) or _new_pair(pair.id))
    for table, pair in zip(document.get("pairs", []), settings.pairs, strict=True):
        _update(table, pair)


def _new_pair(pair_id: str) -> Table:
    """With its calendars even where they are the defaults: they are what a pair is."""
    table = tomlkit.table()
    table.update(id=pair_id, feishu_calendar="", outlook_calendar="")
    return table


def _update(table: Any, section: Any) -> None:
    """A default is only written where a value stands: a new version may bring a better default."""
    for field in fields(section):
        value = _plain(getattr(section, field.name))
        if field.name in table:
            if json.dumps(table[field.name], default=str) != json.dumps(value):  # 1 is not true here
                table[field.name] = value
        elif value != _plain(field.default):
            _add(table, field.name, value)


def _add(table: Any, key: str, value: Any) -> None:
    """After the table's last key, not after the comments that follow: those belong to the next table."""
    keys = list(table)
    if isinstance(table, Table) and keys:
        table.value._insert_after(keys[-1], key, tomlkit.item(value))  # tomlkit has no public way
    else:
        table[key] = value


def _plain(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case tuple():
            return list(value)
        case _:
            return value
