"""What a piece of work takes in this process. Linux only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Seconds on the wall and of the processor, and the most memory that the process ever had, in MB."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"wall": round(wall, 3), "processor": round(processor, 3), "memory": round(_most_memory(), 1)}


def _most_memory() -> float:
    """Of this process alone: getrusage remembers that of the parent that started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024
