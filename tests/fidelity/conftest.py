from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from core.clock import SystemClock
from sandbox.feishu import world
from sandbox.microsoft import zones
from sandbox.server import Sandbox
from tests.fidelity.modes import Mode
from tests.fidelity.repeatable import NOW, SeededIds, StandingClock
from tests.ports import free_port
from tests.whole.installed import Installed, install


@pytest.fixture(autouse=True)
def one_zone_database() -> Iterator[None]:
    """The services read the zones from the package tzdata, as new as the program's pytz. Those of this
    machine may be years older, and Morocco's clocks others."""
    for path in ((), None):
        zoneinfo.reset_tzpath(path)
        zoneinfo.ZoneInfo.clear_cache()
        zones.zone.cache_clear()
        zones.to_utc.cache_clear()
        if path is not None:
            yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """That of the program and of both services."""
    clock = StandingClock(NOW)
    monkeypatch.setattr(SystemClock, "now", lambda _self: clock.now())
    return clock


@pytest.fixture
def installed_in(
    tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Mode, int], Installed]]:
    """A program that is set up and signed in at services of a mode, and whose brake lets everything pass."""
    with ExitStack() as stack:

        def install_in(mode: Mode, seed: int) -> Installed:
            monkeypatch.setattr(world, "uuid", SeededIds(seed))
            sandbox = stack.enter_context(Sandbox(clock=clock.seconds))
            sandbox.feishu.limits.per_second = sandbox.feishu.limits.per_minute = None
            mode.apply(sandbox)
            made = install(sandbox, tmp_path / "data", free_port())
            stack.callback(made.installation.close)
            made.settings = replace(made.settings, sync=replace(made.settings.sync, max_deletions="100%"))
            made.installation.save_settings(made.settings)
            return made

        yield install_in
