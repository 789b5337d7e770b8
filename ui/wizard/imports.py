"""Taking over what somebody has already: the old script's tokens.yaml, a company's provision.toml."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.old_script import OldScriptRefused
from texts.language import _
from texts.old_script import how_to_delete, listed, refusal
from texts.problems import describe
from ui.intents import ImportOldScript, ImportProvision
from ui.messages import Done, Failed, Notice, OldScriptImported
from ui.widgets import Notice as Told
from ui.widgets import problem_html


class Imports(QObject):
    asked = Signal(object)
    """An intent for the worker."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._file: Path | None = None
        self.told = Told()
        self.told.button.setText(_("Replace them by the file’s"))
        self.told.button.clicked.connect(self._replace)

    def choose_old_script(self) -> None:
        if file := self._ask(_("The script’s tokens.yaml"), "YAML (*.yaml *.yml)"):
            self.asked.emit(ImportOldScript(file))

    def choose_provision(self) -> None:
        if file := self._ask(_("The file from your company"), "TOML (*.toml)"):
            self.asked.emit(ImportProvision(file))

    def hear(self, notice: Notice) -> None:
        match notice:
            case OldScriptImported():
                self._show(notice)
            case Done(ImportProvision()):
                self._tell(_("The settings of your company are taken over."))
            case Failed(ImportOldScript(), error) | Failed(ImportProvision(), error):
                if isinstance(error, OldScriptRefused):
                    self._tell(escape(refusal(error)))
                else:
                    self._tell(problem_html(describe(error)))
            case _:
                pass

    def _show(self, done: OldScriptImported) -> None:
        lines = []
        if done.taken or done.unchanged:
            lines.append(_("Taken over: {names}", names=listed((*done.taken, *done.unchanged))))
        if done.left:
            lines.append(_("Left as it was, the file has another value: {names}", names=listed(done.left)))
        if done.has_tokens:
            lines.append(_("The sign-ins of the old script are not taken over: sign in once to each side."))
        lines.extend(how_to_delete(done.file))
        lines = [escape(line) for line in lines]
        self._file = done.file if done.left else None
        self._tell("<br>".join(lines))

    def _tell(self, html: str) -> None:
        self.told.set_text(html)
        self.told.button.setVisible(self._file is not None)

    def _replace(self) -> None:
        if self._file:
            file, self._file = self._file, None
            self.asked.emit(ImportOldScript(file, may_replace=True))

    def _ask(self, title: str, kinds: str) -> Path | None:
        everything = _("All files (*)")
        file, _kind = QFileDialog.getOpenFileName(self._window, title, "", f"{kinds};;{everything}")
        return Path(file) if file else None
