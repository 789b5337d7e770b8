"""Paths of calendars and events, relative to Graph's version root."""

from __future__ import annotations

from urllib.parse import quote


def calendar_path(calendar_id: str) -> str:
    return f"me/calendars/{quote(calendar_id, safe='')}"


def event_path(event_id: str) -> str:
    return f"me/events/{quote(event_id, safe='')}"
