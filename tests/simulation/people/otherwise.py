"""What happens to the settings and to the clock."""

from __future__ import annotations

from datetime import timedelta

from core.settings import Existing, LocalChanges, Privacy
from tests.simulation.world import World


def time_passes(world: World) -> str:
    hours = world.random.choice((1, 5, 11, 26, 50, 24 * 8, 24 * 20, 24 * 40))
    world.clock.time += timedelta(hours=hours)
    return f"{hours} hours, now {world.clock.time:%Y-%m-%d %H:%M}"


def clock_jumps(world: World) -> str:
    """Back, as when somebody sets it right."""
    hours = world.random.choice((1, 3, 25))
    world.clock.time -= timedelta(hours=hours)
    return f"back {hours} hours, now {world.clock.time:%Y-%m-%d %H:%M}"


def change_filters(world: World) -> str:
    name = world.random.choice(("include_declined", "include_all_day", "include_free"))
    if world.random.random() < 0.3:
        world.change_pair(title_exclude=() if world.pair.title_exclude else ("^Lunch",))
        return f"title_exclude {world.pair.title_exclude}"
    world.change_pair(**{name: not getattr(world.pair, name)})
    return f"{name} {getattr(world.pair, name)}"


def change_looks(world: World) -> str:
    if world.random.random() < 0.5:
        world.change_pair(privacy=world.random.choice(tuple(Privacy)))
        return f"privacy {world.pair.privacy}"
    world.change_pair(title_prefix=world.random.choice(("", "F: ")))
    return f"prefix {world.pair.title_prefix!r}"


def change_existing(world: World) -> str:
    world.change_pair(existing=world.random.choice(tuple(Existing)))
    return str(world.pair.existing)


def change_local_changes(world: World) -> str:
    world.change_pair(local_changes=world.random.choice(tuple(LocalChanges)))
    world.theirs |= world.touched
    return str(world.pair.local_changes)


def change_window(world: World) -> str:
    future, past = world.random.choice((20, 60, 90)), world.random.choice((0, 0, 5))
    world.change_sync(future_days=future, past_days=past)
    return f"{past} to {future} days"
