"""settings.toml as typed values: the one table of keys, defaults and what is allowed.

The dataclasses below are the settings; a key is in the file exactly where its field stands here. What it
may be is said by its type and the rule beside it. core/settings_file.py reads and writes the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

from core.setting_rules import (
    between,
    filled,
    pattern,
    percentage,
    proxy,
    reminder,
    tenant,
    url,
    without_spaces,
)


class FeishuCloud(Enum):
    FEISHU = "feishu"
    LARK = "lark"
    CUSTOM = "custom"


class OutlookCloud(Enum):
    GLOBAL = "global"
    CHINA = "china"
    USGOV = "usgov"
    USGOV_DOD = "usgov-dod"
    CUSTOM = "custom"


class Redirect(Enum):
    LOOPBACK = "loopback"
    NATIVECLIENT = "nativeclient"


class Privacy(Enum):
    FULL = "full"
    TITLE = "title"
    BUSY = "busy"


class TextLanguage(Enum):
    ENGLISH = "en"
    CHINESE = "zh_CN"


class Existing(Enum):
    SKIP = "skip"
    ADOPT = "adopt"


class LocalChanges(Enum):
    RESTORE = "restore"
    KEEP = "keep"


class InterfaceLanguage(Enum):
    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class Notifications(Enum):
    CHANGES = "changes"
    ATTENTION = "attention"
    NONE = "none"


class LogLevel(Enum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FeishuSettings:
    cloud: FeishuCloud = FeishuCloud.FEISHU
    app_id: Annotated[str, without_spaces] = ""
    redirect_ports: Annotated[tuple[Annotated[int, between(1, 65535)], ...], filled] = (5000, 53682)
    open_url: Annotated[str, url] = ""
    accounts_url: Annotated[str, url] = ""


@dataclass(frozen=True, slots=True)
class OutlookSettings:
    cloud: OutlookCloud = OutlookCloud.GLOBAL
    client_id: Annotated[str, without_spaces] = ""
    tenant: Annotated[str, tenant] = "common"
    redirect: Redirect = Redirect.LOOPBACK
    authority_url: Annotated[str, url] = ""
    graph_url: Annotated[str, url] = ""


@dataclass(frozen=True, slots=True)
class PairSettings:
    id: Annotated[str, filled]
    feishu_calendar: Annotated[str, filled] = "primary"
    outlook_calendar: Annotated[str, filled] = "Feishu"
    privacy: Privacy = Privacy.FULL
    text_language: TextLanguage = TextLanguage.ENGLISH
    title_prefix: str = ""
    include_declined: bool = False
    include_all_day: bool = True
    include_free: bool = True
    title_exclude: tuple[Annotated[str, pattern], ...] = ()
    existing: Existing = Existing.SKIP
    local_changes: LocalChanges = LocalChanges.RESTORE
    reminders: Annotated[str | int, reminder] = "feishu"
    """"feishu", "none", or minutes before the start."""
    category: str = "Feishu"


@dataclass(frozen=True, slots=True)
class SyncSettings:
    interval_minutes: Annotated[int, between(1, 1440)] = 5
    monthly_calls: Annotated[int, between(0, 10_000_000)] = 0
    push: bool = False
    past_days: Annotated[int, between(0, 36_500)] = 0
    future_days: Annotated[int, between(1, 1400)] = 365
    max_deletions: Annotated[str, percentage] = "20%"


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    proxy: Annotated[str, proxy] = ""
    ca_bundle: str = ""


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    language: InterfaceLanguage = InterfaceLanguage.AUTO
    notifications: Notifications = Notifications.CHANGES
    start_at_login: bool = False
    log_level: LogLevel = LogLevel.INFO


@dataclass(frozen=True, slots=True)
class Settings:
    feishu: FeishuSettings = field(default_factory=FeishuSettings)
    outlook: OutlookSettings = field(default_factory=OutlookSettings)
    pairs: tuple[PairSettings, ...] = ()
    sync: SyncSettings = field(default_factory=SyncSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    ui: InterfaceSettings = field(default_factory=InterfaceSettings)
