"""The benchmark counts what it says, so that docs/fidelity.md can rely on it."""

from __future__ import annotations

from benchmarks.fidelity import KNOWN_RULES, Way, known_series, mixed_series, table


def test_each_well_known_rule_is_counted_once_with_a_reason_where_it_is_no_series() -> None:
    found = list(known_series())
    assert [each.rule for each in found] == [rule for _, rule in KNOWN_RULES]
    assert {each.rule: each.way for each in found}["FREQ=WEEKLY;COUNT=10"] is Way.WHOLE
    assert {each.rule: each.way for each in found}["FREQ=MONTHLY;BYDAY=1MO,3MO"] is Way.APART
    assert all(bool(each.why) == (each.way in {Way.APART, Way.SKIPPED}) for each in found)


def test_the_table_adds_up() -> None:
    found = list(mixed_series(events=120, seed=1))
    lines = table("mixed", found).splitlines()
    words = [line.rsplit(maxsplit=2) for line in lines if line.endswith("%")]
    counts = {way: int(number) for way in Way for name, number, _ in words if name.strip() == way}
    assert counts.keys() == set(Way)
    assert sum(counts.values()) == len(found) > 40
