"""How often the service may be called: per API and minute and second, and per month in all."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from sandbox.feishu.refusals import Refusal

_BEIJING = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Limits:
    """None switches a limit off."""

    clock: Callable[[], float]
    per_second: int | None = 50
    per_minute: int | None = 1000
    per_month: int | None = None
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _months: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def spend(self, api: str) -> None:
        """One call of `api`. Raises Refusal with the documented headers if a limit is exceeded."""
        now = self.clock()
        calls = self._calls[api]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        for limit, window in ((self.per_second, 1.0), (self.per_minute, 60.0)):
            if limit is not None and sum(call > now - window for call in calls) >= limit:
                refusal = Refusal(99991400)
                refusal.headers = {
                    "x-ogw-ratelimit-limit": str(limit),
                    "x-ogw-ratelimit-reset": str(int(window)),
                }
                raise refusal
        calls.append(now)

    def spend_month(self) -> None:
        month = datetime.fromtimestamp(self.clock(), _BEIJING).strftime("%Y-%m")
        if self.per_month is not None and self._months[month] >= self.per_month:
            raise Refusal(99991403)
        self._months[month] += 1

    @property
    def spent_this_month(self) -> int:
        return self._months[datetime.fromtimestamp(self.clock(), _BEIJING).strftime("%Y-%m")]
