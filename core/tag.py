"""The two hidden properties that make a copy ours: its key and its state. Pure.

Graph compares the values of extended properties without regard to case and filters on at most 255
characters, so both are short and hold lower-case hexadecimal digits only where it matters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from core.model import EventTime, Tag, WallClock
from core.zones import instant_of

_SET = "{9a1d5c2e-6f47-4b83-a0d9-3e7c81f2b654}"
KEY_PROPERTY = f"String {_SET} Name FeishuKey"
STATE_PROPERTY = f"String {_SET} Name FeishuState"
CALENDAR_PROPERTY = f"String {_SET} Name FeishuCalendar"
"""The mark of an Outlook calendar that we created."""

CALENDAR_NAME_PROPERTY = f"String {_SET} Name FeishuCalendarName"
"""And under which name it was asked for (`name_mark`): it is found again after a person renamed it."""

_VERSION = "1"
_KEY = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{32}")


def calendar_part(calendar_id: str) -> str:
    """The first half of every key of this Feishu calendar (its real id, never "primary")."""
    return hashlib.sha256(calendar_id.encode()).hexdigest()[:32]


def name_mark(configured: str) -> str:
    """The value of CALENDAR_NAME_PROPERTY for a setting's `outlook_calendar`."""
    return hashlib.sha256(configured.encode()).hexdigest()[:32]


def key(calendar_id: str, uid: str, original_start: str = "") -> str:
    """The key of an event. `original_start`: of an occurrence that stands alone or is changed, its
    Unix seconds or, all-day, its ISO date; empty for a single event or a series."""
    return f"{calendar_part(calendar_id)}.{_event_part(uid, original_start)}"


def occurrence_key(series_key: str, uid: str, original: EventTime) -> str:
    """Of an occurrence that stands alone or is changed, named by the start that its series gives it."""
    name = str(instant_of(original)) if isinstance(original, WallClock) else original.isoformat()
    return f"{series_key.partition('.')[0]}.{_event_part(uid, name)}"


def _event_part(uid: str, original_start: str) -> str:
    return hashlib.sha256(f"{uid}\n{original_start}".encode()).hexdigest()[:32]


def properties(tag: Tag) -> tuple[tuple[str, str], ...]:
    """Property ids and values, as Graph stores them."""
    adopted = "adopted" if tag.is_adopted else "made"
    state = ";".join((_VERSION, tag.transaction_id, tag.installation, tag.fingerprint, adopted))
    return ((KEY_PROPERTY, tag.key), (STATE_PROPERTY, state))


def parse(values: Mapping[str, str]) -> Tag | None:
    """The tag in a copy's properties; None if there is none or it is not one that we write."""
    by_id = {name.casefold(): value for name, value in values.items()}
    event_key = by_id.get(KEY_PROPERTY.casefold(), "").lower()
    state = by_id.get(STATE_PROPERTY.casefold(), "").split(";")
    if not _KEY.fullmatch(event_key) or len(state) != 5 or state[0] != _VERSION:
        return None
    _, transaction_id, installation, fingerprint, adopted = state
    return Tag(event_key, transaction_id, installation, fingerprint, adopted == "adopted")
