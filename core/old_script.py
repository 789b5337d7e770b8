"""The old script's tokens.yaml: its app ids and secrets, by what they mean here.

The script's own layout (README of babelcloud/feishu-outlook-sync, 2024): feishu.app_info.app_id, app_secret;
outlook.app_info.client_id, client_secret, tenant_id; tokens and pairs of calendars beside them. Other
spellings, flat ones too, are understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.plain_yaml import Entry, NotPlain, read
from core.setting_rules import tenant as tenant_rule
from core.settings import Settings

if TYPE_CHECKING:
    from core.installation import Installation

LARGEST = 1_000_000
"""Bytes."""
LONGEST = 1000
"""Characters of a value."""

FEISHU_WORDS = {"feishu", "lark"}
OUTLOOK_WORDS = {"outlook", "microsoft", "ms365", "m365", "o365", "office365", "azure", "entra", "graph"}
TOKEN_WORDS = {"token", "tokens"}
IDS = {"app id", "appid", "client id", "clientid", "application id"}
SECRETS = {"app secret", "appsecret", "client secret", "clientsecret", "secret"}
TENANTS = {"tenant", "tenant id", "tenantid", "directory id"}
EMPTY = {"", "~", "null", "none"}


@dataclass(frozen=True, slots=True)
class OldScript:
    """What a file holds for us. `values` by our names: "feishu.app_id", "outlook.client_secret", …"""

    values: Mapping[str, str] = field(repr=False)
    not_taken: tuple[str, ...]
    """Names of what else is in it, at most two levels deep."""
    has_tokens: bool


class OldScriptRefused(Exception):
    """Facts only, never a value.

    `why`: "unreadable" (`names`: the system's reason), "too large", "encoding", "syntax", "twice",
    "ambiguous", "value", "nothing". `line` counts from 1, 0 where there is none.
    """

    def __init__(self, why: str, *names: str, line: int = 0) -> None:
        super().__init__(why, names, line)
        self.why, self.names, self.line = why, names, line


def load(file: Path) -> OldScript:
    """Raises OldScriptRefused."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise OldScriptRefused("unreadable", getattr(error, "strerror", None) or "?") from None
    return parse(raw)


def parse(raw: bytes) -> OldScript:
    """Raises OldScriptRefused."""
    if len(raw) > LARGEST:
        raise OldScriptRefused("too large")
    try:
        entries = read(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise OldScriptRefused("encoding") from None  # the cause would quote the file
    except NotPlain as error:
        raise OldScriptRefused(error.why, line=error.line) from None
    return _understood(entries)


def _understood(entries: list[Entry]) -> OldScript:
    taken: dict[str, Entry] = {}
    others: dict[str, None] = {}
    has_tokens = False
    for entry in entries:
        meaning = _meaning(entry.path)
        if meaning is None:
            has_tokens = has_tokens or not TOKEN_WORDS.isdisjoint(_words(*entry.path))
            others[".".join(entry.path[:2])] = None
        elif not entry.is_readable or not _is_empty(entry.text):
            _demand_allowed(meaning, entry)
            known = taken.setdefault(meaning, entry)
            if known.text != entry.text:
                raise OldScriptRefused("ambiguous", known.name, entry.name, line=entry.line)
    if not taken:
        raise OldScriptRefused("nothing")
    values = {meaning: entry.text for meaning, entry in taken.items()}
    return OldScript(values, tuple(others), has_tokens)


def _meaning(path: tuple[str, ...]) -> str | None:
    """Our name for it. Without the name of a service, an app id is Feishu's, a client id Microsoft's."""
    words = set(_words(*path))
    is_feishu, is_outlook = bool(words & FEISHU_WORDS), bool(words & OUTLOOK_WORDS)
    if (is_feishu and is_outlook) or words & TOKEN_WORDS:
        return None
    last = " ".join(word for word in _words(path[-1]) if word not in FEISHU_WORDS | OUTLOOK_WORDS)
    if not is_feishu and not is_outlook:
        is_feishu, is_outlook = last.startswith("app"), last.startswith(("client", "tenant"))
    if last in TENANTS and is_outlook:
        return "outlook.tenant"
    if last in IDS and (is_feishu or is_outlook):
        return "feishu.app_id" if is_feishu else "outlook.client_id"
    if last in SECRETS and (is_feishu or is_outlook):
        return "feishu.app_secret" if is_feishu else "outlook.client_secret"
    return None


def _words(*names: str) -> list[str]:
    """Of app_id, APP-ID and appId alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", " ".join(names))
    return re.findall(r"[^\W_]+", spaced.lower())


def _is_empty(text: str) -> bool:
    """Or what the script's documentation shows in its place."""
    return text.lower() in EMPTY or text.startswith("your_")


def _demand_allowed(meaning: str, entry: Entry) -> None:
    if meaning.endswith("tenant"):
        is_allowed = tenant_rule.holds(entry.text)
    else:
        allowed = r"[!-~]+" if meaning.endswith("secret") else r"[A-Za-z0-9_.-]+"
        is_allowed = re.fullmatch(allowed, entry.text) is not None
    if not (is_allowed and entry.is_readable and len(entry.text) <= LONGEST):
        raise OldScriptRefused("value", entry.name, line=entry.line)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Our names of what was in the file: stored now, the same before, and left as it was."""

    taken: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: tuple[str, ...]


def take_over(
    found: OldScript, installation: Installation, may_replace: Callable[[tuple[str, ...]], bool]
) -> TakenOver:
    """App ids and tenant into the settings, secrets into the keyring; without network.

    `may_replace` is asked once, with the names, when something else stands there already. Raises
    VaultUnavailable before anything is changed, SettingsInvalid, LedgerUnusable."""
    settings = installation.settings
    known = {name: _known(settings, installation, name, value) for name, value in found.values.items()}
    differing = tuple(name for name, is_known in known.items() if is_known is False)
    left = differing if differing and not may_replace(differing) else ()
    taken = tuple(name for name, is_known in known.items() if not is_known and name not in left)
    for name in taken:
        if name.endswith("secret"):
            installation.store_secret(name, found.values[name])
        else:
            settings = _with(settings, name, found.values[name])
    if settings != installation.settings:
        installation.save_settings(settings)
    unchanged = tuple(name for name, is_known in known.items() if is_known)
    return TakenOver(taken, unchanged, left)


def _known(settings: Settings, installation: Installation, name: str, value: str) -> bool | None:
    """True: that value stands there already. False: another one. None: none, or the default."""
    if name.endswith("secret"):
        return installation.is_secret(name, value) if installation.has_secret(name) else None
    section, key = name.split(".")
    current = getattr(getattr(settings, section), key)
    if current == value:
        return True
    return None if current == getattr(getattr(Settings(), section), key) else False


def _with(settings: Settings, name: str, value: str) -> Settings:
    section, key = name.split(".")
    changed = replace(getattr(settings, section), **{key: value})
    return replace(settings, **{section: changed})
