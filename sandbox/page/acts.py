"""What a person does on the page to the Feishu calendar. Times arrive as wall clock in the page's zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.page.view import ZONE

if TYPE_CHECKING:
    from sandbox.feishu import FeishuWorld

_RULES = {
    "": "",
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
}
Said = Mapping[str, Any]


def add(world: FeishuWorld, said: Said) -> None:
    start, end = _times(said)
    world.add_event(world.calendar_id, said["title"], start, end, recurrence=_RULES[said["repeats"]])


def change(world: FeishuWorld, said: Said) -> None:
    """Title and times of an event, of a whole series (shifted), or of one occurrence."""
    calendar_id = said["calendar_id"]
    start, end = _times(said)
    if not said["series_id"]:
        world.change_event(calendar_id, said["event_id"], summary=said["title"], start=start, end=end)
    elif said["whole_series"]:
        _change_series(world, said, start, end)
    else:
        changes = {"summary": said["title"], "start": start, "end": end}
        world.change_occurrence(calendar_id, said["series_id"], _original(said), **changes)


def cancel(world: FeishuWorld, said: Said) -> None:
    if not said["series_id"]:
        world.delete_event(said["calendar_id"], said["event_id"])
    elif said["whole_series"]:
        world.delete_event(said["calendar_id"], said["series_id"])
    else:
        world.cancel_occurrence(said["calendar_id"], said["series_id"], _original(said))


ACTS: Mapping[str, Callable[[FeishuWorld, Said], None]] = {"add": add, "change": change, "cancel": cancel}


def _change_series(world: FeishuWorld, said: Said, start: datetime | date, end: datetime | date) -> None:
    """The whole series moves as the shown occurrence did: by the same shift, to the same length."""
    master = world.calendars[said["calendar_id"]].rows[said["series_id"]]
    changes: dict[str, Any] = {"summary": said["title"]}
    was = datetime.fromisoformat(said["was_start"])
    now = datetime.fromisoformat(f"{start:%Y-%m-%dT%H:%M}")
    if was != now or said["was_end"] != f"{end:%Y-%m-%dT%H:%M}"[: len(said["was_end"])]:
        first = master.start.astimezone(ZONE) if isinstance(master.start, datetime) else master.start
        changes["start"] = first + (now - was)
        changes["end"] = changes["start"] + _length(start, end)
    world.change_event(said["calendar_id"], said["series_id"], **changes)


def _times(said: Said) -> tuple[datetime | date, datetime | date]:
    """Both dates ("2026-11-25", `end` the day after) or both times ("2026-11-25T09:30")."""
    if "T" not in said["start"]:
        return date.fromisoformat(said["start"]), date.fromisoformat(said["end"])
    return (
        datetime.fromisoformat(said["start"]).replace(tzinfo=ZONE),
        datetime.fromisoformat(said["end"]).replace(tzinfo=ZONE),
    )


def _length(start: datetime | date, end: datetime | date) -> timedelta:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end - start
    return end - start  # type: ignore[operator]  # both are dates


def _original(said: Said) -> datetime:
    """The start that the occurrence had by the rule."""
    return datetime.fromtimestamp(int(said["original_start"]), UTC)
