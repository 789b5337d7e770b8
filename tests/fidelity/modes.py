"""What the two services may do this way or that, as the sandbox's switches say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.server import Sandbox


@dataclass(frozen=True, slots=True)
class Mode:
    """Values for `Quirks` of Feishu and `Switches` of Microsoft; the rest stays as it is."""

    feishu: Mapping[str, Any] = field(default_factory=dict)
    microsoft: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, sandbox: Sandbox) -> None:
        for values, target in (
            (self.feishu, sandbox.feishu.quirks),
            (self.microsoft, sandbox.microsoft.switches),
        ):
            for name, value in values.items():
                assert hasattr(target, name), name
                setattr(target, name, value)


MODES = {
    "default": Mode(),
    "whole days end exclusively": Mode({"all_day_end": "exclusive"}),
    "whole days end inclusively": Mode({"all_day_end": "inclusive"}),
    "rules have a prefix, increments no pages": Mode(
        {"rule_prefix": "RRULE: ", "pages_in_increments": False}
    ),
    "cancelled rows are minimal": Mode({"minimal_cancelled_rows": True}),
    "exceptions survive reshaping": Mode({"exceptions_survive_reshaping": True}),
    "pages are small, nothing virtual is readable": Mode(
        {
            "longest_page": 50,
            "unknown_members": True,
            "virtual_instances": False,
            "deleted_events_readable": True,
        }
    ),
    "Outlook keeps exceptions": Mode(microsoft={"resets_exceptions": False}),
    "Outlook's exceptions keep what differs": Mode(microsoft={"keeps_equal_values": False}),
    "Outlook tells no changes": Mode(microsoft={"offers_delta": False}),
    "Outlook lists no exceptions": Mode(microsoft={"lists_exceptions": False}),
    "deleted occurrences go unsaid": Mode(microsoft={"resends_series_of_deleted_occurrence": False}),
    "etags mean nothing": Mode(microsoft={"honours_if_match": False, "duplicate_transaction_status": 409}),
    "batches are throttled, conflicts are 409": Mode(
        microsoft={"throttles_parallel_batches": True, "conflict_status": 409, "keeps_calendar_id": False}
    ),
}
