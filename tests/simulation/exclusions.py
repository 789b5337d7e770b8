"""Known faults of the program that the simulation steps around until they are mended."""

from __future__ import annotations

from datetime import date

BRAKE_BY_ROUND = date(2026, 11, 25)
"""The brake counts the copies that are left in each round, not those of the run's beginning."""

BRAKE_AND_TWINS = date(2026, 11, 25)
"""The brake takes a creation that is planned for one that happens."""

MOVED_SERIES = date(2026, 11, 25)
"""A series that a person moved to another calendar is not let go."""

ALONE_AFTER_LOST_LEDGER = date(2026, 11, 25)
"""With `keep`, after the ledger was lost, an occurrence that stands alone is not recognised."""

STALE_EXTENT = date(2026, 11, 25)
"""After an answer was lost, a copy that was moved into the past is taken to lie where it lay."""

ATTENDEES_AFTER_LOST_LEDGER = date(2026, 11, 25)
"""After the ledger was lost, copies with attendees are written again."""
