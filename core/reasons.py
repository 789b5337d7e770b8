"""Every reason that the engine gives for what it does with one event. texts/ has a sentence for each."""

from __future__ import annotations

from enum import StrEnum

from core.report import Reason


class Code(StrEnum):
    """In brackets: the facts that come with it."""

    # why an event has no copy
    DECLINED = "declined"
    FREE = "free"
    ALL_DAY = "all day"
    TITLE_EXCLUDED = "title excluded"  # pattern
    EXISTS_ALREADY = "exists already"
    ADOPT_HAS_ATTENDEES = "adopt has attendees"
    RULE_MALFORMED = "rule malformed"  # rule
    RULE_EMPTY = "rule empty"  # rule
    TOO_MANY_OCCURRENCES = "too many occurrences"  # rule
    TIME_IMPOSSIBLE = "time impossible"
    ROW_MALFORMED = "row malformed"  # field
    ALL_DAY_UNCERTAIN = "all-day uncertain"
    # why a series is taken apart into single events
    RULE_NOT_EXPRESSIBLE = "rule not expressible"  # rule
    ZONE_UNKNOWN = "zone unknown"  # zone
    OCCURRENCES_OVERLAP = "occurrences overlap"
    # why an occurrence of a series is a single event
    OCCURRENCE_ALONE = "occurrence alone"
    # why a copy is made, changed or removed
    NEW = "new"
    UNFINISHED_CREATION = "unfinished creation"
    MOVED = "moved"
    CHANGED = "changed"
    SERIES_CHANGED = "series changed"
    OCCURRENCE_CHANGED = "occurrence changed"
    OCCURRENCE_CANCELLED = "occurrence cancelled"
    GONE_FROM_FEISHU = "gone from Feishu"
    CANCELLED_IN_FEISHU = "cancelled in Feishu"
    FILTERED_OUT = "filtered out"
    CHANGED_IN_OUTLOOK = "changed in Outlook"
    DELETED_IN_OUTLOOK = "deleted in Outlook"
    UNVERIFIED = "unverified"
    DOUBLED = "doubled"
    ADOPTED = "adopted"
    # why a copy is let go
    ATTENDEES_ADDED = "attendees added"
    MOVED_TO_OTHER_CALENDAR = "moved to other calendar"
    KEPT = "kept"
    WAS_ADOPTED = "was adopted"
    # why a deletion is held
    TOO_MANY_DELETIONS = "too many deletions"  # count, total
    NONE_WOULD_BE_LEFT = "none would be left"  # count
    EMPTY_LISTING = "empty listing"
    # what a person asks for beside the runs
    UNDONE = "undone"
    RESTORED = "restored"
    BACKUP_UNREADABLE = "backup unreadable"
    NOT_RESTORED = "not restored"
    # notices
    LEFT_OVER = "left over"
    # why one event failed in this run
    REFUSED_BY_OUTLOOK = "refused by Outlook"  # code, request_id
    CHANGED_MEANWHILE = "changed meanwhile"
    NOT_TRIED = "not tried"


def because(code: Code, /, **facts: str) -> Reason:
    return Reason(code.value, tuple(sorted(facts.items())))
