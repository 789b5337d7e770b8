"""Why something was done, or not, with one event: a sentence for every code of core/reasons.py."""

from __future__ import annotations

from collections import defaultdict

from core.reasons import Code
from core.report import Action, Reason
from texts.language import _, mark

# Translators: each of these stands after a colon or a dash, as in "skipped: you declined it".
SENTENCES: dict[Code, str] = {
    Code.DECLINED: mark("you declined it"),
    Code.FREE: mark("it is marked as free, and this pair leaves out free time"),
    Code.ALL_DAY: mark("it lasts all day, and this pair leaves out all-day events"),
    Code.TITLE_EXCLUDED: mark("its title matches “{pattern}”, which this pair leaves out"),
    Code.EXISTS_ALREADY: mark("an event with this subject and start is already in Outlook"),
    Code.ADOPT_HAS_ATTENDEES: mark(
        "the event that is already in Outlook has attendees, so it is not taken over"
    ),
    Code.RULE_MALFORMED: mark("Feishu’s repetition rule can’t be understood: {rule}"),
    Code.RULE_EMPTY: mark("its repetition rule names no day at all: {rule}"),
    Code.TOO_MANY_OCCURRENCES: mark("it repeats too often to be copied: {rule}"),
    Code.TIME_IMPOSSIBLE: mark("its times are impossible: it ends before it starts, or never takes place"),
    Code.ROW_MALFORMED: mark("Feishu sent something that can’t be understood ({field})"),
    Code.ALL_DAY_UNCERTAIN: mark(
        "Feishu’s answers do not agree on whether the end date of an all-day event is its last day"
    ),
    Code.RULE_NOT_EXPRESSIBLE: mark(
        "Outlook has no repetition like {rule}, so each of its dates is an event of its own"
    ),
    Code.ZONE_UNKNOWN: mark(
        "Outlook can’t repeat events in the time zone {zone}, so each date is an event of its own"
    ),
    Code.OCCURRENCES_OVERLAP: mark(
        "it begins again before it ends, which Outlook does not allow, so each date is an event of its own"
    ),
    Code.OCCURRENCE_ALONE: mark("Outlook’s series can’t hold this occurrence, so it is an event of its own"),
    Code.NEW: mark("new in Feishu"),
    Code.UNFINISHED_CREATION: mark("an earlier run could not finish creating it"),
    Code.MOVED: mark("moved in Feishu"),
    Code.CHANGED: mark("changed in Feishu"),
    Code.SERIES_CHANGED: mark("its repetition changed in Feishu"),
    Code.OCCURRENCE_CHANGED: mark("an occurrence changed in Feishu"),
    Code.OCCURRENCE_CANCELLED: mark("an occurrence was cancelled in Feishu"),
    Code.GONE_FROM_FEISHU: mark("it is no longer in Feishu"),
    Code.CANCELLED_IN_FEISHU: mark("cancelled in Feishu"),
    Code.FILTERED_OUT: mark("this pair’s filters now leave it out"),
    Code.CHANGED_IN_OUTLOOK: mark("it was changed in Outlook"),
    Code.DELETED_IN_OUTLOOK: mark("it was deleted in Outlook"),
    Code.UNVERIFIED: mark("it is not certain that an earlier change arrived"),
    Code.DOUBLED: mark("the same event had been created twice"),
    Code.ADOPTED: mark("the event that was already in Outlook is followed from now on"),
    Code.ATTENDEES_ADDED: mark("somebody added attendees in Outlook, who would get mail"),
    Code.MOVED_TO_OTHER_CALENDAR: mark("it was moved to another calendar in Outlook"),
    Code.KEPT: mark("you kept it: it stays in Outlook and is not followed any more"),
    Code.WAS_ADOPTED: mark("it was your own event before it was taken over: it stays as it is now"),
    Code.UNDONE: mark("every copy is taken out of Outlook"),
    Code.RESTORED: mark("put back as your own event"),
    Code.BACKUP_UNREADABLE: mark("what was kept of it can't be read: it has to be made again by hand"),
    Code.NOT_RESTORED: mark("there was no chance to try it; ask for it once more"),
    Code.TOO_MANY_DELETIONS: mark("{count} of {total} would be deleted"),
    Code.NONE_WOULD_BE_LEFT: mark("all {count} would be deleted, so that none is left"),
    Code.EMPTY_LISTING: mark("Feishu suddenly shows an empty calendar"),
    Code.LEFT_OVER: mark("left over from an earlier installation"),
    Code.REFUSED_BY_OUTLOOK: mark("Outlook refused it ({code}, request {request_id})"),
    Code.CHANGED_MEANWHILE: mark("it changed while it was being written; the next run looks again"),
    Code.NOT_TRIED: mark("there was no chance to try it; the next run does"),
}

ACTIONS: dict[Action, str] = {
    # Translators: what happened, or will happen, to one copy in Outlook
    Action.CREATE: mark("added"),
    Action.UPDATE: mark("updated"),
    Action.DELETE: mark("removed"),
    Action.HOLD: mark("held"),
    Action.ADOPT: mark("taken over"),
    Action.LET_GO: mark("let go"),
}


def sentence(reason: Reason) -> str:
    """The words for `reason`. A code of a newer version (old reports are kept) is shown as it is."""
    try:
        message = SENTENCES[Code(reason.code)]
    except ValueError:
        return reason.code
    return _(message).format_map(defaultdict(lambda: "?", reason.facts))


def action(kind: Action) -> str:
    return _(ACTIONS[kind])
