"""How much a run may ask and write: the numbers that the documents promise."""

from __future__ import annotations

from math import ceil

import pytest

from core.report import Result
from tests.whole.installed import Installed, add_mixed, add_singles


def test_a_first_run_of_a_thousand_single_events_takes_few_requests(installed: Installed) -> None:
    add_singles(installed, 1000)
    report = installed.run()
    assert (report.result, report.pairs[0].created) == (Result.OK, 1000)
    assert len(installed.event_requests()) <= 3
    assert report.requests.graph <= 70
    quiet = installed.run()
    assert len(installed.event_requests()) == 1
    assert quiet.requests.graph <= 1
    assert installed.sandbox.journal.writes() == []


@pytest.mark.parametrize("changed", [1, 20, 45])
def test_changes_take_one_batch_for_twenty(installed: Installed, changed: int) -> None:
    events = add_singles(installed, 60)
    installed.run()
    for event in events[:changed]:
        installed.sandbox.feishu.change_event(installed.calendar, event, summary=f"New {event[:4]}")
    report = installed.run()
    assert report.pairs[0].updated == changed
    assert report.requests.graph <= 1 + ceil(changed / 20) + 2


@pytest.mark.parametrize("each", [1, 12, 25])
def test_creations_and_deletions_take_two_batches_for_twenty(installed: Installed, each: int) -> None:
    events = add_singles(installed, 160)
    installed.run()
    for event in events[:each]:
        installed.sandbox.feishu.delete_event(installed.calendar, event)
    add_singles(installed, each)
    report = installed.run()
    pair = report.pairs[0]
    assert (pair.created, pair.deleted, pair.held) == (each, each, 0)
    assert report.requests.graph <= 1 + 2 * ceil(2 * each / 20) + 2


def test_one_moved_occurrence_takes_few_requests(installed: Installed) -> None:
    add_mixed(installed, 20)
    installed.run()
    world = installed.sandbox.feishu
    series = next(row for row in world.calendars[installed.calendar].rows.values() if row.recurrence)
    assert installed.run().requests.graph <= 1
    world.change_occurrence(installed.calendar, series.event_id, series.start, summary="Only today")
    report = installed.run()
    assert report.pairs[0].updated == 1
    assert report.requests.graph <= 4
    assert installed.run().requests.graph <= 1


def test_a_thousand_mixed_events_are_mirrored_exactly_and_then_left_alone(installed: Installed) -> None:
    add_mixed(installed, 1000)
    report = installed.run()
    assert report.result is Result.OK, (report.problems, report.pairs[0].failed[:5])
    assert installed.outlook_shows() == installed.feishu_shows()
    installed.run()
    assert installed.sandbox.journal.writes() == []
    installed.restart(without_ledger=True)
    found_again = installed.run()
    assert found_again.result is Result.OK
    assert installed.sandbox.journal.writes() == []
    assert installed.sandbox.microsoft.forbidden == []
    assert installed.outlook_shows() == installed.feishu_shows()


def test_everything_but_the_settings_is_private_to_the_person(installed: Installed) -> None:
    add_singles(installed, 1)
    installed.run()
    wide = {
        file.name
        for file in (installed.data_dir, *installed.data_dir.rglob("*"))
        if file.stat().st_mode & 0o077 and file.name != "settings.toml"
    }
    assert wide == set()
