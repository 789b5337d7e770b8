"""The windows of the program: each loaded and made when first needed, and told what the worker says.

Main thread. Nothing here loads a window's module before somebody opens it: the tray icon comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from core.model import Side
from texts.report import State
from ui import icons
from ui.intents import ForgetEverything, SaveDiagnostics
from ui.messages import Done, Notice, Overview
from ui.tray.qt_tray import qt_icon
from ui.tray.state import STARTING, TrayState

if TYPE_CHECKING:
    from ui.activity.window import ActivityWindow
    from ui.settings.window import SettingsWindow
    from ui.wizard.model import StepName
    from ui.wizard.window import Wizard

W = TypeVar("W", bound=QDialog)


@runtime_checkable
class Listener(Protocol):
    """A window that shows what the worker says."""

    def hear(self, notice: Notice) -> None: ...


@runtime_checkable
class StandIn(Protocol):
    """A window that can stand in for the tray."""

    def show_tray_missing(self, *, missing: bool) -> None: ...


class Windows(QObject):
    asked = Signal(object)
    """An intent for the worker."""
    menu_chosen = Signal(str)
    link_opened = Signal(str)
    sign_in_cancelled = Signal()
    address_pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[type[QDialog], QDialog] = {}
        self._overview: Overview | None = None
        self._state = STARTING
        self._has_tray = True

    # --- opening ------------------------------------------------------------------------------------

    def show_wizard(self, at: StepName | None = None) -> Wizard:
        from ui.wizard.window import Wizard

        wizard = self._show(Wizard, lambda: Wizard(at))
        wizard.finished.connect(self._wizard_closed, Qt.ConnectionType.UniqueConnection)
        return wizard

    def show_settings(self) -> SettingsWindow:
        from ui.settings.window import SettingsWindow

        return self._show(SettingsWindow, SettingsWindow)

    def show_activity(self) -> ActivityWindow:
        from ui.activity.window import ActivityWindow

        window = self._show(ActivityWindow, ActivityWindow)
        window.refresh()
        return window

    def show_preview(self) -> None:
        from ui.preview.window import PreviewWindow

        self._show(PreviewWindow, PreviewWindow).look()

    def show_guide(self) -> None:
        from ui.help import GuideWindow

        self._show(GuideWindow, GuideWindow)

    def show_about(self) -> None:
        from ui.help import AboutWindow

        self._show(AboutWindow, AboutWindow)

    def show_link(self, url: str) -> None:
        """Another address than before makes another window."""
        from ui.link_window import LinkWindow

        self._drop(LinkWindow)
        self._show(LinkWindow, lambda: LinkWindow(url))

    def show_main(self) -> None:
        """What a second start brings forward: what is open, else Activity; the wizard until the set-up is
        finished."""
        visible = [window for window in self._open.values() if window.isVisible()]
        if self._overview and not self._overview.is_set_up:
            self.show_wizard()
        elif visible:
            for window in visible:
                forward(window)
        else:
            self.show_activity()

    def sign_in(self, side: Side) -> None:
        if self._overview and not self._overview.is_set_up:
            self.show_wizard().sign_in(side)
        else:
            self.show_settings().sign_in(side)

    def _wizard_closed(self) -> None:
        """Without a tray another window has to say how things stand, and that the program goes on."""
        if not self._has_tray:
            self.show_activity()

    def save_diagnostics(self) -> None:
        from ui.settings.advanced import ask_for_file

        if file := ask_for_file(None):
            self.asked.emit(SaveDiagnostics(file))

    @property
    def shows_attention(self) -> bool:
        """A window in sight says already what needs the person."""
        return any(isinstance(window, Listener) and window.isVisible() for window in self._open.values())

    def close(self) -> None:
        for kind in list(self._open):
            self._drop(kind)

    # --- what the worker says -----------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self._state = notice
            case Overview():
                self._overview = notice
            case Done(ForgetEverything()):
                self._begin_anew()
            case _:
                pass
        for window in self._open.values():
            _tell(window, notice)

    def _begin_anew(self) -> None:
        """What the windows show has been forgotten; how things stand now is about to be told."""
        self.close()
        self._overview = None
        self.show_wizard()

    def show_tray_missing(self, *, missing: bool) -> None:
        self._has_tray = not missing
        for window in self._open.values():
            if isinstance(window, StandIn):
                window.show_tray_missing(missing=missing)

    def speak_anew(self) -> None:
        """Everything that is on the screen is made anew in the present language."""
        again: dict[str, Callable[[], object]] = {
            "SettingsWindow": self.show_settings,
            "ActivityWindow": self.show_activity,
            "PreviewWindow": self.show_preview,
            "GuideWindow": self.show_guide,
            "AboutWindow": self.show_about,
        }
        before = {kind.__name__: window for kind, window in self._open.items() if window.isVisible()}
        for kind in list(self._open):
            self._drop(kind)
        for name, window in before.items():
            if name == "Wizard":
                self.show_wizard(getattr(window, "at", None))
            elif show := again.get(name):
                show()

    # --- making -------------------------------------------------------------------------------------

    def _show(self, kind: type[W], make: Callable[[], W]) -> W:
        window = self._open.get(kind)
        if not isinstance(window, kind):
            window = self._open[kind] = make()
            self._introduce(window)
        forward(window)
        return window

    def _introduce(self, window: QDialog) -> None:
        """Connects it, and tells it what is known already."""
        window.setWindowIcon(qt_icon(lambda size: icons.icon(State.UP_TO_DATE, size, icons.Panel.LIGHT)))
        for name in ("asked", "menu_chosen", "link_opened", "sign_in_cancelled", "address_pasted"):
            if signal := getattr(window, name, None):
                signal.connect(getattr(self, name))
        if isinstance(window, StandIn):
            window.show_tray_missing(missing=not self._has_tray)
        _tell(window, self._state)
        if self._overview:
            _tell(window, self._overview)

    def _drop(self, kind: type[QDialog]) -> None:
        if window := self._open.pop(kind, None):
            window.blockSignals(True)  # noqa: FBT003  # Qt's name; that it closes is no wish of the person's
            window.close()
            window.deleteLater()


def forward(window: QDialog) -> None:
    window.showNormal() if window.isMinimized() else window.show()
    window.raise_()
    window.activateWindow()


def _tell(window: QDialog, notice: Notice) -> None:
    if isinstance(window, Listener):
        window.hear(notice)
