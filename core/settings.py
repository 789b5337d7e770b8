"""settings.toml as typed values: the one table of keys, defaults and what is allowed.

The dataclasses below are the settings; a key is in the file exactly where its field stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


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
    app_id: str = ""
    redirect_ports: tuple[int, ...] = (5000, 53682)
    open_url: str = ""
    accounts_url: str = ""


@dataclass(frozen=True, slots=True)
class OutlookSettings:
    cloud: OutlookCloud = OutlookCloud.GLOBAL
    client_id: str = ""
    tenant: str = "common"
    redirect: Redirect = Redirect.LOOPBACK
    authority_url: str = ""
    graph_url: str = ""


@dataclass(frozen=True, slots=True)
class PairSettings:
    id: str
    feishu_calendar: str = "primary"
    outlook_calendar: str = "Feishu"
    privacy: Privacy = Privacy.FULL
    text_language: TextLanguage = TextLanguage.ENGLISH
    title_prefix: str = ""
    include_declined: bool = False
    include_all_day: bool = True
    include_free: bool = True
    title_exclude: tuple[str, ...] = ()
    existing: Existing = Existing.SKIP
    local_changes: LocalChanges = LocalChanges.RESTORE
    reminders: str | int = "feishu"
    """"feishu", "none", or minutes before the start."""
    category: str = "Feishu"


@dataclass(frozen=True, slots=True)
class SyncSettings:
    interval_minutes: int = 5
    monthly_calls: int = 0
    push: bool = False
    past_days: int = 0
    future_days: int = 365
    max_deletions: str = "20%"


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    proxy: str = ""
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
