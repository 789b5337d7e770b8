"""What the tray application takes of a computer: time until its icon shows, memory, and its sleep.

python -m benchmarks.desktop                       all of it: five minutes
python -m benchmarks.desktop --events 20 --starts 1 --idle 2         half a minute
python -m benchmarks.desktop --json numbers.json   the numbers in a file as well

A real X server and tray host, the two services simulated in this process, the program in one of its own. What
the program shows is seen from outside: in the pixels of the screen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from typing import Any

from PIL import ImageColor

from benchmarks.services import Services
from benchmarks.table import markdown
from tests.desktop.session import Session
from texts.report import State
from ui.icons import _COLOURS

NETWORK_LIBRARIES = ("O365", "keyring", "lark_oapi", "msal", "requests", "urllib3")
PATIENCE = 60.0
"""Seconds. A program that does not get there at all is not measured."""
SETTLE = 5.0
"""Seconds that the program is given after a run, to become idle."""


@dataclass(frozen=True, slots=True)
class Start:
    """Of one start of the program. Times in seconds since just before it was executed."""

    icon: float
    """Its icon's pixels are on the screen."""
    turn: float
    """The event loop has begun to turn."""
    processor: float
    """Seconds of all its threads until its icon showed."""
    modules: int
    """How many are loaded by then."""
    network: tuple[str, ...]
    """The libraries of NETWORK_LIBRARIES among them."""


@dataclass(frozen=True, slots=True)
class Memory:
    """In MiB. `proportional` counts what is shared with other processes in part only (PSS)."""

    resident: float
    proportional: float


@dataclass(frozen=True, slots=True)
class Size:
    """What the program holds on to, by the number of events that its first run has copied."""

    events: int
    icon: Memory
    synced: Memory
    settings: Memory
    """The settings window was opened and closed."""


@dataclass(frozen=True, slots=True)
class Idle:
    """While nothing is to be done."""

    seconds: float
    processor: float
    """Seconds of all its threads."""
    wakeups: int
    """How often a thread was woken."""


class Program:
    """A running one, from outside."""

    def __init__(self, session: Session, data_dir: Path) -> None:
        self._session = session
        self._notes = session.directory / "notes.json"
        self._notes.unlink(missing_ok=True)
        self._screen = Screen(session.environment["DISPLAY"])
        self._started = time.time()
        command = (sys.executable, "-m", "tests.ui.observed_program", str(data_dir), str(self._notes))
        self._process: Popen[bytes] = session.spawn(*command)

    def await_icon(self, state: State) -> float:
        """Seconds since the start, to about a hundredth."""
        until = time.time() + PATIENCE
        while not self._screen.shows(state):
            if time.time() > until or self._process.poll() is not None:
                raise AssertionError(f"no icon “{state.value}”: {self._session.log()[-2000:]}")
            time.sleep(0.01)
        return time.time() - self._started

    def open_and_close_settings(self) -> None:
        session = self._session
        session.open_menu(session.wait_for_icon(State.UP_TO_DATE))
        session.keys("Up", "Up", "Up", "Up", "Return")  # Settings, above Outlook, Help and Quit
        session.eventually(lambda: session.window("Settings"), "settings window")
        time.sleep(SETTLE)
        session.keys("Escape")
        session.eventually(lambda: not session.window("Settings"), "end of the settings window")

    def start(self) -> Start:
        icon = self.await_icon(State.SYNCING)
        processor, _ = self._spent()
        said = self._session.eventually(self._notes.exists, "first turn") and self._said()
        loaded = {name.partition(".")[0] for name in said["modules"]}
        network = tuple(name for name in NETWORK_LIBRARIES if name in loaded)
        turn = said["turned"] - self._started
        return Start(icon, turn, processor / 1e9, len(said["modules"]), network)

    def memory(self) -> Memory:
        lines = (self._in_proc / "smaps_rollup").read_text().splitlines()[1:]
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return Memory(kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024)

    def idle(self, seconds: float) -> Idle:
        before = self._spent()
        time.sleep(seconds)
        processor, wakeups = (now - then for now, then in zip(self._spent(), before, strict=True))
        return Idle(seconds, processor / 1e9, wakeups)

    def quit(self) -> None:
        self._process.terminate()
        assert self._process.wait(PATIENCE) == 0
        self._screen.close()

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._notes.read_text(encoding="utf-8"))
        return said

    def _spent(self) -> tuple[int, int]:
        """Nanoseconds on a processor, and how often one was taken, over all threads."""
        spent = [each.read_text().split() for each in self._in_proc.glob("task/*/schedstat")]
        return sum(int(on) for on, _, _ in spent), sum(int(times) for _, _, times in spent)

    @property
    def _in_proc(self) -> Path:
        return Path("/proc", str(self._process.pid))


class Screen:
    """Its upper right corner, where the tray is. Looked at a hundred times a second, which a program that
    takes pictures of the screen would not do."""

    WIDTH, HEIGHT = 240, 32

    def __init__(self, display: str) -> None:
        from Xlib.display import Display

        self._display = Display(display)

    def shows(self, state: State) -> bool:
        from Xlib import X

        root = self._display.screen().root
        left = root.get_geometry().width - self.WIDTH
        picture = bytes(root.get_image(left, 0, self.WIDTH, self.HEIGHT, X.ZPixmap, 0xFFFFFFFF).data)
        return any(picture.count(_pixel(colour)) >= 12 for colour in _COLOURS[state].values())

    def close(self) -> None:
        self._display.close()


def _pixel(colour: str) -> bytes:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return bytes((blue, green, red))


@contextmanager
def desktop() -> Iterator[Session]:
    with ExitStack() as stack:
        session = Session(Path(stack.enter_context(TemporaryDirectory())))
        stack.callback(session.close)
        session.start()
        session.start_trayer()
        yield session


def sized(session: Session, services: Services, events: int) -> Size:
    """From the first start on."""
    program = Program(session, services.data_dir)
    program.await_icon(State.SYNCING)
    icon = program.memory()
    session.eventually(lambda: services.copies() == events, "copies")
    program.await_icon(State.UP_TO_DATE)
    services.demand_copies(services.mirror)
    time.sleep(SETTLE)
    synced = program.memory()
    program.open_and_close_settings()
    settings = program.memory()
    program.quit()
    return Size(events, icon, synced, settings)


def started(session: Session, services: Services) -> Start:
    program = Program(session, services.data_dir)
    start = program.start()
    program.await_icon(State.UP_TO_DATE)
    program.quit()
    return start


def idled(session: Session, services: Services, seconds: float) -> Idle:
    program = Program(session, services.data_dir)
    program.await_icon(State.UP_TO_DATE)
    time.sleep(SETTLE)
    idle = program.idle(seconds)
    program.quit()
    return idle


STARTS = ("start", "icon, s", "event loop, s", "processor, s", "modules loaded", "network libraries")
SIZES = ("MiB, RSS (PSS)", "icon", "after the first sync", "after the settings window")
IDLES = ("idle for, s", "processor, ms", "of one processor, %", "wake-ups a second")


def starts_table(starts: Sequence[Start]) -> str:
    """The fastest, the one in the middle and the slowest, by their icon."""
    in_order = sorted(starts, key=lambda start: start.icon)
    chosen = {"fastest": in_order[0], "median": in_order[len(in_order) // 2], "slowest": in_order[-1]}
    lines = [
        (
            name,
            *(f"{seconds:.2f}" for seconds in (start.icon, start.turn, start.processor)),
            f"{start.modules}",
            ", ".join(start.network) or "none",
        )
        for name, start in chosen.items()
    ]
    return markdown(STARTS, lines)


def sizes_table(sizes: Sequence[Size]) -> str:
    def cell(memory: Memory) -> str:
        return f"{memory.resident:.0f} ({memory.proportional:.0f})"

    lines = [
        (f"{size.events:,} events", cell(size.icon), cell(size.synced), cell(size.settings)) for size in sizes
    ]
    return markdown(SIZES, lines)


def idle_table(idle: Idle) -> str:
    share = 100 * idle.processor / idle.seconds
    wakeups = idle.wakeups / idle.seconds
    line = (f"{idle.seconds:.0f}", f"{idle.processor * 1000:.0f}", f"{share:.3f}", f"{wakeups:.1f}")
    return markdown(IDLES, [line])


def main() -> None:
    asked = _arguments()
    sizes, starts, idle = [], [], None
    os.environ["LC_ALL"] = "C.UTF-8"
    with desktop() as session:
        for events in asked.events:
            with Services(events, latency=0) as services:
                sizes.append(sized(session, services, events))
                if events == min(asked.events):
                    starts = [started(session, services) for _ in range(asked.starts)]
                    idle = idled(session, services, asked.idle)
    assert idle
    print(starts_table(starts), sizes_table(sizes), idle_table(idle), sep="\n\n")
    if asked.json:
        found = {"starts": [*map(asdict, starts)], "sizes": [*map(asdict, sizes)], "idle": asdict(idle)}
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.desktop",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to this file, too")
    parser.add_argument("--events", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--idle", type=float, default=60, metavar="SECONDS")
    return parser.parse_args()


if __name__ == "__main__":
    main()
