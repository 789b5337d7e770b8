"""An archive for a bug report: what the program is, how it is set, how it fares; nothing that an event says.

Reads files only, and each on its own: it is needed most where settings, database or keyring can't be used. No
request, no secret. Texts are let through where they are words of ours, never because they look harmless.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import stat
import sys
import threading
import zipfile
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core import settings_file
from core.error_facts import facts_of, told
from core.errors import SyncError
from core.files import PRIVATE
from core.keyring_access import trusted_backend
from core.ledger_facts import ledger_facts, private_names
from core.logs import log_file
from core.redaction import GAP, redact
from core.settings import Settings
from core.settings_reading import SECTIONS

LIBRARIES = (
    *("cryptography", "filelock", "flask", "jeepney", "keyring", "lark-oapi", "msal", "nh3", "O365"),
    *("Pillow", "platformdirs", "PySide6-Essentials", "pystray", "python-dateutil", "pytz", "requests"),
    *("tomlkit", "truststore", "tzlocal", "Werkzeug"),
)
OUR_WORDS = {"", "primary", "common", "organizations", "consumers", "none", "feishu", "Feishu"}
"""Values of text settings that are the program's; any other text is a person's own."""
IDS = {"app_id", "client_id", "tenant"}
OUR_FILES = re.compile(
    r"ledger\.sqlite3(-wal|-shm)?|settings\.toml|tokens\.sealed|profile-id|[a-z.-]+\.lock|logs"
    r"|feishu-outlook-sync\.log(\.\d)?"
)
PERSONAL_FACTS = {
    *("pair", "file", "path", "data_dir", "host", "link", "detail", "key", "allowed"),
    *("keyring", "error", "code"),
}
"""Of errors: what may name a person's things."""
LARGEST_LOG = 10_000_000
"""Bytes that are read of a log file; ours end at one million."""
KEYRING_SECONDS = 5.0
SHORTEST_NAME = 2
_ADDRESS = re.compile(r"(?<![^\s<>\"'(),;:=])[^\s<>\"'(),;:=]+@[\w-]+(?:\.[\w-]+)+")


def save(file: Path, data_dir: Path, program: str) -> tuple[str, ...]:
    """Writes the archive, private to the user, and says what is in it. `program`: its version.

    Raises FileExistsError, and other OSErrors; then nothing is left behind."""
    settings, problem = _settings(data_dir)
    private = _private_texts(settings, data_dir)
    report = _report(data_dir, program, settings, problem)
    contents = {"report.json": json.dumps(_without_private(report, private), indent=2)}
    log = log_file(data_dir)
    for each in sorted(log.parent.glob(f"{log.name}*")) if log.parent.is_dir() else ():
        if OUR_FILES.fullmatch(each.name):
            contents[f"logs/{each.name}"] = _scrubbed(_log_text(each), private)
    with open(file, "xb", opener=_private) as stream:
        try:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in contents.items():
                    archive.writestr(name, text)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    return tuple(contents)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)


def _report(data_dir: Path, program: str, settings: Settings | None, problem: object) -> dict[str, Any]:
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "program": program,
        "is_packaged": bool(getattr(sys, "frozen", False)),
        "python": platform.python_version(),
        "system": " ".join((platform.system(), platform.release(), platform.machine())),
        "desktop": {
            name: os.environ.get(name, "")[:40] for name in ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
        },
        "utc_offset": f"{datetime.now(UTC).astimezone():%z}",
        "libraries": {name: _version(name) for name in LIBRARIES},
        "keyring": _keyring(),
        "settings": _settings_shown(settings) if settings else {"error": problem},
        "files": _files(data_dir),
        "ledger": _ledger(data_dir / "ledger.sqlite3"),
    }


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def _keyring() -> str:
    """The backend's name, or why there is none. Never opens it; waits a few seconds at most."""
    found: list[str] = []

    def look() -> None:
        try:
            backend = type(trusted_backend())
            found.append(f"{backend.__module__}.{backend.__qualname__}")
        except Exception as error:  # noqa: BLE001  # every backend has errors of its own
            found.append(told(error))

    thread = threading.Thread(target=look, name="keyring name", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    return found[0] if found else "no answer"


def _ledger(file: Path) -> dict[str, Any]:
    try:
        return ledger_facts(file)
    except Exception as error:  # noqa: BLE001  # a ledger may hold anything, and the rest is still of use
        return {"is_there": True, "error": told(error)}


def _settings(data_dir: Path) -> tuple[Settings | None, object]:
    try:
        return settings_file.load(data_dir / "settings.toml"), ""
    except SyncError as error:
        return None, facts_of(error).get("problems")
    except Exception as error:  # noqa: BLE001  # whatever is wrong with the file, the report says so
        return None, told(error)


def _settings_shown(settings: Settings) -> dict[str, Any]:
    """Switches and numbers as they are, ids by their ends, of a person's own texts only the length."""
    sections = {name: _section_shown(getattr(settings, name)) for name in SECTIONS}
    return {**sections, "pairs": [_section_shown(pair) for pair in settings.pairs]}


def _section_shown(section: Any) -> dict[str, Any]:
    return {each.name: _shown(each.name, getattr(section, each.name)) for each in fields(section)}


def _shown(key: str, value: object) -> object:
    match value:
        case Enum():
            return value.value
        case tuple():
            return [_shown(key, item) for item in value]
        case str() if key == "max_deletions" or (value in OUR_WORDS and key != "id"):
            return value
        case str() if key in IDS and len(value) > 12:
            return f"{value[:4]}…{value[-4:]}"
        case str():
            return f"({len(value)} characters)"
        case _:
            return value


def _files(data_dir: Path) -> dict[str, Any]:
    """Ours by name; of others only how many."""
    shown: dict[str, Any] = {"others": 0}
    for each in (*data_dir.glob("*"), *data_dir.glob("logs/*")):
        if not OUR_FILES.fullmatch(each.name):
            shown["others"] += 1
            continue
        try:
            state = each.lstat()
        except OSError:
            continue
        changed = datetime.fromtimestamp(state.st_mtime, UTC).isoformat(timespec="seconds")
        name = each.relative_to(data_dir).as_posix()
        shown[name] = {"bytes": state.st_size, "mode": stat.filemode(state.st_mode), "changed": changed}
    return shown


def _private_texts(settings: Settings | None, data_dir: Path) -> re.Pattern[str]:
    """Names of people, calendars and pairs, ids and addresses of the person's own apps and servers, and
    where the person's files lie; the longest first."""
    own = [str(data_dir), str(Path.home()), Path.home().name, *private_names(data_dir / "ledger.sqlite3")]
    if settings:
        feishu, outlook = settings.feishu, settings.outlook
        own += [feishu.app_id, outlook.client_id, outlook.tenant, Path(settings.network.ca_bundle).name]
        addresses = (feishu.open_url, feishu.accounts_url, outlook.authority_url, outlook.graph_url)
        own += [urlsplit(address).hostname or "" for address in (*addresses, settings.network.proxy)]
    for pair in settings.pairs if settings else ():
        own += [pair.id, pair.feishu_calendar, pair.outlook_calendar, pair.title_prefix, *pair.title_exclude]
    texts = {text for text in own if len(text) >= SHORTEST_NAME and text not in OUR_WORDS}
    names = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{names})(?![A-Za-z0-9_])") if names else re.compile(r"(?!)")


def _without_private(content: Any, private: re.Pattern[str]) -> Any:
    """Facts of errors may hold a pair's name, a path, an address; all other texts are words of ours, which a
    person may have chosen as names."""
    match content:
        case dict():
            return {
                key: _scrubbed(value, private)
                if key in PERSONAL_FACTS and isinstance(value, str)
                else _without_private(value, private)
                for key, value in content.items()
            }
        case list() | tuple():
            return [_without_private(item, private) for item in content]
        case _:
            return content


def _scrubbed(text: str, private: re.Pattern[str]) -> str:
    """Redacted once more: it may be older than a rule."""
    return private.sub(GAP, _ADDRESS.sub(GAP, redact(text)))


def _log_text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_LOG).decode("utf-8", "replace")
    except OSError as error:
        return told(error)
