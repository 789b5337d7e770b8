"""Step 2: the Feishu app, and signing in to Feishu."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from core.model import Side
from texts.language import _
from ui.messages import Notice
from ui.wizard.account_step import AccountStep
from ui.wizard.imports import Imports


class FeishuStep(AccountStep):
    def __init__(self) -> None:
        super().__init__(
            Side.FEISHU,
            _("Sign in to Feishu"),
            _(
                "Feishu lets a program in through an app of your own or of your company. Does your company "
                "have one already? Then only App ID and App Secret are needed here."
            ),
        )
        self.imports = Imports(self)
        self.imports.asked.connect(self.asked)
        self.script = QPushButton(_("I used the scri&pt before…"))
        self.company = QPushButton(_("I have a file from my c&ompany…"))
        self.script.clicked.connect(self.imports.choose_old_script)
        self.company.clicked.connect(self.imports.choose_provision)
        row = QHBoxLayout()
        for button in (self.script, self.company):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.column.insertLayout(2, row)
        self.column.insertWidget(3, self.imports.told)
        self.column.addStretch(1)

    def hear(self, notice: Notice) -> None:
        super().hear(notice)
        self.imports.hear(notice)
