from __future__ import annotations

import pytest

from core.errors import DeletionsHeld, QuotaExhausted, SignInNeeded
from core.model import Side
from core.settings import Notifications
from tests.ui.fake_installation import report
from ui.notify import AttentionWatch, BalloonNotifier, Notification, summary

LOST = SignInNeeded(Side.FEISHU, "20037")


def test_a_run_that_changed_something_is_summed_up_in_one_line():
    told = summary(report(created=3), Notifications.CHANGES)
    assert told is not None
    assert told.text == "3 added"


def test_a_run_that_changed_nothing_is_silent():
    assert summary(report(), Notifications.CHANGES) is None


@pytest.mark.parametrize("wanted", [Notifications.ATTENTION, Notifications.NONE])
def test_summaries_are_left_out_where_they_are_not_wanted(wanted: Notifications):
    assert summary(report(created=3), wanted) is None


def test_what_needs_a_person_is_told_once_and_not_at_every_run():
    watch = AttentionWatch()
    assert len(watch.news((LOST,), Notifications.CHANGES)) == 1
    assert watch.news((LOST,), Notifications.CHANGES) == ()
    [second] = watch.news((LOST, DeletionsHeld("main", 3)), Notifications.ATTENTION)
    assert "held" in second.title


def test_what_comes_back_after_it_was_solved_is_told_again():
    watch = AttentionWatch()
    watch.news((LOST,), Notifications.CHANGES)
    watch.news((), Notifications.CHANGES)
    assert len(watch.news((LOST,), Notifications.CHANGES)) == 1


def test_nothing_is_told_where_nothing_is_wanted_and_not_later_either():
    watch = AttentionWatch()
    problem = QuotaExhausted("2026-12-01")
    assert watch.news((problem,), Notifications.NONE) == ()
    assert watch.news((problem,), Notifications.CHANGES) == ()


def test_a_balloon_says_what_the_notification_says(qapp: object):
    said: list[tuple[str, str]] = []
    BalloonNotifier(lambda title, text: said.append((title, text))).show(Notification("A", "B", "c"))
    assert said == [("A", "B")]
