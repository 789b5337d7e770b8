"""What people do: in Feishu, in Outlook, to the settings; and how time passes.

Each act says what it did, or returns an empty text where there was nothing to do it to. The number of an act
is how often it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.people import in_feishu, in_outlook, otherwise
from tests.simulation.world import World

Act = Callable[[World], str]

FEISHU: dict[Act, int] = {
    in_feishu.create_single: 6,
    in_feishu.create_series: 4,
    in_feishu.create_odd_series: 3,
    in_feishu.create_special: 4,
    in_feishu.create_many: 1,
    in_feishu.retitle: 6,
    in_feishu.change_details: 4,
    in_feishu.move: 7,
    in_feishu.change_rule: 3,
    in_feishu.cut_series: 2,
    in_feishu.cancel: 5,
    in_feishu.cancel_many: 1,
    in_feishu.cancel_all: 1,
    in_feishu.vanish: 3,
    in_feishu.void_cursors: 1,
    in_feishu.uncancel: 5,
    in_feishu.decline: 4,
    in_feishu.except_occurrence: 7,
    in_feishu.cancel_occurrence: 1,
    in_feishu.move_occurrence: 1,
}
OUTLOOK: dict[Act, int] = {
    in_outlook.own_event: 2,
    in_outlook.own_twin: 3,
    in_outlook.edit_own: 3,
    in_outlook.edit_copy: 5,
    in_outlook.reschedule_copy: 3,
    in_outlook.touch_copy: 2,
    in_outlook.delete_copy: 4,
    in_outlook.invite: 2,
    in_outlook.move_copy: 1,
    in_outlook.duplicate_copy: 2,
    in_outlook.edit_occurrence: 4,
    in_outlook.delete_occurrence: 4,
    in_outlook.invite_to_occurrence: 1,
    in_outlook.rename_calendar: 1,
    in_outlook.void_watches: 2,
}
OTHERWISE: dict[Act, int] = {
    otherwise.time_passes: 10,
    otherwise.clock_jumps: 1,
    otherwise.change_filters: 3,
    otherwise.change_looks: 2,
    otherwise.change_existing: 2,
    otherwise.change_local_changes: 2,
    otherwise.change_window: 2,
}


def names() -> set[str]:
    """Of everything that can be done, as the census counts it."""
    return {f"act: {each.__name__}" for each in (*FEISHU, *OUTLOOK, *OTHERWISE)}


def act(world: World, acts: dict[Act, int]) -> None:
    """One that can be done; at most a few are tried."""
    for _ in range(8):
        (chosen,) = world.random.choices(tuple(acts), tuple(acts.values()))
        if do(world, chosen):
            return


def do(world: World, chosen: Act) -> bool:
    """Whether it could be done."""
    told = chosen(world)
    if told:
        world.visited[f"act: {chosen.__name__}"] += 1
        world.story.append(f"{chosen.__name__} {told}")
    return bool(told)
