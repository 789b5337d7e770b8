"""Ids and change keys: opaque to clients, case-sensitive, and of two forms.

An immutable id (`Prefer: IdType="ImmutableId"`) stays with the event for life; the form that is answered
without that header changes when the event moves to another calendar. The id of an occurrence is its series'
id and its original date, so it stays when the occurrence is changed.
"""

import base64
import struct
from dataclasses import dataclass
from datetime import date

from sandbox.microsoft.errors import malformed_id

_IMMUTABLE = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"
_MUTABLE = "AAMkAGViNDU7BgAAAAGtlAABEACqAC-EWg0A"
_CALENDAR = "AAMkAGViNDU7zAAAAAGtlAAA"
_LAYOUT = struct.Struct(">QHIB")  # the event's number, how often it moved, the occurrence's date, a filler


@dataclass(frozen=True, slots=True)
class EventId:
    """What an event's id says. `moves` is None in an immutable id; `day` is None but in an occurrence's."""

    number: int
    day: date | None = None
    moves: int | None = None

    def __str__(self) -> str:
        packed = _LAYOUT.pack(self.number, self.moves or 0, self.day.toordinal() if self.day else 0, 0)
        return (_IMMUTABLE if self.moves is None else _MUTABLE) + base64.urlsafe_b64encode(packed).decode()

    @classmethod
    def parse(cls, text: str) -> "EventId":
        """Raises GraphError (ErrorInvalidIdMalformed)."""
        is_immutable = text.startswith(_IMMUTABLE)
        if not is_immutable and not text.startswith(_MUTABLE):
            raise malformed_id()
        try:
            packed = base64.b64decode(text[len(_IMMUTABLE) :], altchars=b"-_", validate=True)
            number, moves, day, _ = _LAYOUT.unpack(packed)
            return cls(number, date.fromordinal(day) if day else None, None if is_immutable else moves)
        except (ValueError, struct.error, OverflowError):
            raise malformed_id() from None


def calendar_id(number: int) -> str:
    return _CALENDAR + base64.urlsafe_b64encode(struct.pack(">QI", number, 0)).decode() + "AA="


def is_calendar_id(text: str) -> bool:
    return text.startswith(_CALENDAR)


def change_key(generation: int) -> str:
    return "DxYSthXJXEWwAQSYQnXvIgAA" + base64.b64encode(struct.pack(">Q", generation)).decode()
