"""The windows of the program: each made when first needed, and told what the worker says. Main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from core.model import Side
from texts.report import State
from ui import icons
from ui.activity.window import ActivityWindow
from ui.help import AboutWindow, GuideWindow
from ui.link_window import LinkWindow
from ui.messages import Notice, Overview, SaveDiagnostics
from ui.preview.window import PreviewWindow
from ui.settings.advanced import ask_for_file
from ui.settings.window import SettingsWindow
from ui.tray.qt_tray import qt_icon
from ui.tray.state import STARTING, TrayState
from ui.wizard.window import Wizard

_LISTENERS = (SettingsWindow, ActivityWindow, PreviewWindow, Wizard)

W = TypeVar("W", bound=QDialog)


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

    def show_wizard(self) -> Wizard:
        return self._show(Wizard, Wizard)

    def show_settings(self) -> SettingsWindow:
        return self._show(SettingsWindow, SettingsWindow)

    def show_activity(self) -> ActivityWindow:
        window = self._show(ActivityWindow, ActivityWindow)
        window.refresh()
        return window

    def show_preview(self) -> None:
        self._show(PreviewWindow, PreviewWindow).look()

    def show_guide(self) -> None:
        self._show(GuideWindow, GuideWindow)

    def show_about(self) -> None:
        self._show(AboutWindow, AboutWindow)

    def show_link(self, url: str) -> None:
        """Another address than before makes another window."""
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

    def save_diagnostics(self) -> None:
        if file := ask_for_file(None):
            self.asked.emit(SaveDiagnostics(file))

    @property
    def shows_attention(self) -> bool:
        """A window in sight says already what needs the person."""
        kinds = (SettingsWindow, ActivityWindow, Wizard)
        return any(window.isVisible() for kind, window in self._open.items() if kind in kinds)

    def close(self) -> None:
        for window in self._open.values():
            window.close()

    # --- what the worker says -----------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self._state = notice
            case Overview():
                self._overview = notice
            case _:
                pass
        for window in self._open.values():
            if isinstance(window, _LISTENERS):
                window.hear(notice)

    def show_tray_missing(self, *, missing: bool) -> None:
        self._has_tray = not missing
        self._in(ActivityWindow, lambda window: window.show_tray_missing(missing=missing))

    def speak_anew(self) -> None:
        """Everything that is on the screen is made anew in the present language."""
        before = {kind: window for kind, window in self._open.items() if window.isVisible()}
        wizard = before.get(Wizard)
        at = wizard.at if isinstance(wizard, Wizard) else None
        for kind in list(self._open):
            self._drop(kind)
        for kind in before:
            if kind is Wizard:
                self._show(Wizard, lambda: Wizard(at))
            elif kind is ActivityWindow:
                self.show_activity()
            elif kind in {SettingsWindow, GuideWindow, AboutWindow}:
                self._show(kind, kind)

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
        if isinstance(window, ActivityWindow):
            window.show_tray_missing(missing=not self._has_tray)
        if isinstance(window, _LISTENERS):
            window.hear(self._state)
            if self._overview:
                window.hear(self._overview)

    def _in(self, kind: type[W], show: Callable[[W], object]) -> None:
        window = self._open.get(kind)
        if isinstance(window, kind):
            show(window)

    def _drop(self, kind: type[QDialog]) -> None:
        if window := self._open.pop(kind, None):
            window.close()
            window.deleteLater()


def forward(window: QDialog) -> None:
    window.showNormal() if window.isMinimized() else window.show()
    window.raise_()
    window.activateWindow()
