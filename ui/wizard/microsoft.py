"""Step 3: the registration at Microsoft, signing in, and the link for the administrator."""

from __future__ import annotations

from core.errors import ConsentNeeded
from core.model import Side
from texts.language import _
from ui.accounts.console import admin_consent_url
from ui.intents import SignIn
from ui.messages import Failed, Notice, Overview
from ui.widgets import CopyRow, Note
from ui.wizard.account_step import AccountStep


class MicrosoftStep(AccountStep):
    def __init__(self) -> None:
        super().__init__(
            Side.OUTLOOK,
            _("Sign in to Microsoft"),
            _(
                "Microsoft lets a program in through a registration of your own or of your company. Its "
                "client ID is all that is needed here; a secret only if it is of the type “Web”."
            ),
        )
        self._consent_note = Note(
            _(
                "If Microsoft says that an administrator has to approve, send this link to the "
                "administrator of your organisation. Once it is approved there, sign in here."
            )
        )
        self.consent = CopyRow(_("Link for the administrator"))
        for widget in (self._consent_note, self.consent):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def show_overview(self, overview: Overview) -> None:
        super().show_overview(overview)
        self._show_consent(admin_consent_url(overview.settings))

    def hear(self, notice: Notice) -> None:
        super().hear(notice)
        match notice:
            case Failed(SignIn(Side.OUTLOOK), ConsentNeeded(link=link)) if link:
                self._show_consent(link)
            case _:
                pass

    def _show_consent(self, link: str) -> None:
        """Of no use to whoever is signed in already."""
        is_wanted = bool(link) and self.overview.outlook is None
        self.consent.set_text(link)
        for widget in (self._consent_note, self.consent):
            widget.setVisible(is_wanted)
