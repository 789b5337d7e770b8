"""Switches of the simulated service."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Consent(StrEnum):
    """What the authorize page does: ask the person, or answer at once."""

    ASK = "ask"
    APPROVE = "approve"
    DENY = "deny"


@dataclass(slots=True)
class Quirks:
    """Points on which the service's documentation is silent. The defaults are what is most likely."""

    # Writers send the last day and readers get the day after (asymmetric), or both have the day after, or
    # both the last day. Nothing is written over the wire here, so that the first two look alike.
    all_day_end: Literal["asymmetric", "exclusive", "inclusive"] = "asymmetric"
    rule_prefix: str = ""  # "RRULE: " has been seen
    minimal_cancelled_rows: bool = False
    virtual_instances: bool = True  # an occurrence that is no row can be read by its id
    deleted_events_readable: bool = False  # with status "cancelled" instead of a refusal
    pages_in_increments: bool = True
    exceptions_survive_reshaping: bool = False  # when the time or the rule of their series changes
    free_busy_rows: bool = False  # a free_busy_reader gets rows without titles instead of a refusal
    longest_page: int = 1000  # the service may send less than was asked for
    unknown_members: bool = False
    log_id_header: str = "X-Tt-Logid"
