"""The two accounts as the settings name them: signing in and out, and clients made when first needed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AppMisconfigured, SignInNeeded, SyncError
from core.model import Identity, Side
from core.oauth.interaction import Interaction
from core.ports import Clock, RequestMeter, SourceCalendars, TargetMailbox, Vault
from core.settings import Settings

if TYPE_CHECKING:  # the network libraries are loaded when a connection is made, not before
    from core.feishu.calendar import FeishuCalendars

APP_SECRET = "feishu.app_secret"  # noqa: S105  # the name of a secret
CLIENT_SECRET = "outlook.client_secret"  # noqa: S105  # the name of a secret


@dataclass(slots=True)
class Connections:
    """Thrown away and made anew when the settings or a sign-in change. Touches nothing when built."""

    settings: Settings
    vault: Vault
    clock: Clock
    meter: RequestMeter
    data_dir: Path
    _source: FeishuCalendars | None = None
    _mailbox: TargetMailbox | None = None

    def source(self) -> SourceCalendars:
        """Raises AppMisconfigured, SettingsInvalid, VaultUnavailable."""
        return self._feishu()

    def _feishu(self) -> FeishuCalendars:
        if self._source is None:
            self._source = self._open_source()
        return self._source

    def mailbox(self) -> TargetMailbox:
        """Raises AppMisconfigured, SettingsInvalid, VaultUnavailable."""
        if self._mailbox is None:
            from core.outlook.mailbox import open_mailbox

            outlook = self.settings.outlook
            if not outlook.client_id:
                raise AppMisconfigured(Side.OUTLOOK, "missing", "outlook.client_id")
            self._mailbox = open_mailbox(
                outlook,
                self.vault.secret(CLIENT_SECRET),
                self.settings.network,
                self.vault,
                self._outlook_lock,
                self.clock,
                self.meter,
            )
        return self._mailbox

    def clock_error(self) -> int | None:
        """Seconds by which this computer's clock was ahead of Feishu's in the last answer, if much."""
        return self._source.clock_error if self._source else None

    def signed_in(self, side: Side) -> Identity | None:
        """Who is signed in, as far as this computer knows: no request. Raises VaultUnavailable."""
        try:
            if side is Side.FEISHU:
                from core.feishu.session import signed_in

                return signed_in(self.settings.feishu, self.vault)
            from core.outlook.tokens import stored_sign_in

            stored = stored_sign_in(self.settings.outlook, self.vault)
            return stored.identity if stored else None
        except (SignInNeeded, AppMisconfigured):
            return None

    def use_sign_in(self, side: Side) -> None:
        """So that it does not end unused. Feishu's calendars are not asked for: the month's calls may be used
        up. Raises SyncError."""
        if side is Side.FEISHU:
            self._feishu().stay_signed_in()
        else:
            self.mailbox().calendars()

    def sign_in(self, side: Side, interaction: Interaction) -> Identity:
        """When it returns, the tokens are in the vault. Raises SyncError."""
        return (
            self._sign_in_to_feishu(interaction)
            if side is Side.FEISHU
            else self._sign_in_to_outlook(interaction)
        )

    def _sign_in_to_feishu(self, interaction: Interaction) -> Identity:
        from core.feishu import auth, device_flow
        from core.network import make_session

        feishu, secret = self.settings.feishu, self.vault.secret(APP_SECRET) or ""
        session = make_session(self.settings.network)
        if show := interaction.show_code:
            return device_flow.sign_in(feishu, secret, session, self.vault, show, interaction.stop)
        return auth.sign_in(feishu, secret, session, self.vault, interaction)

    def _sign_in_to_outlook(self, interaction: Interaction) -> Identity:
        from core.outlook import auth

        secret, network = self.vault.secret(CLIENT_SECRET), self.settings.network
        return auth.sign_in(
            self.settings.outlook, secret, network, self.vault, self._outlook_lock, interaction
        )

    def sign_out(self, side: Side) -> None:
        """Forgets the tokens here, whatever happens; Feishu is asked to forget them too, if it can be
        reached. Raises VaultUnavailable."""
        if side is Side.FEISHU:
            from core.feishu import auth
            from core.network import make_session

            with suppress(SyncError):  # what must succeed follows
                secret = self.vault.secret(APP_SECRET) or ""
                session = make_session(self.settings.network)
                auth.sign_out(self.settings.feishu, secret, session, self.vault)
        self.vault.store_tokens(side, None)

    @property
    def _outlook_lock(self) -> Path:
        return self.data_dir / "outlook.lock"

    def _open_source(self) -> FeishuCalendars:
        from core.feishu.account import open_calendars
        from core.network import make_session

        feishu, secret = self.settings.feishu, self.vault.secret(APP_SECRET)
        if not feishu.app_id:
            raise AppMisconfigured(Side.FEISHU, "missing", "feishu.app_id")
        if not secret:
            raise AppMisconfigured(Side.FEISHU, "missing", APP_SECRET)
        return open_calendars(
            settings=feishu,
            app_secret=secret,
            session=make_session(self.settings.network),
            vault=self.vault,
            clock=self.clock,
            meter=self.meter,
            lock=self.data_dir / "feishu.lock",
        )
