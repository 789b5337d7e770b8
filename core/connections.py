"""The two accounts as the settings name them: clients made when they are first needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AppMisconfigured
from core.model import Side
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
        """Raises AppMisconfigured("missing"), VaultUnavailable."""
        if self._source is None:
            self._source = self._open_source()
        return self._source

    def mailbox(self) -> TargetMailbox:
        """Raises AppMisconfigured("missing"), VaultUnavailable."""
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
                self.data_dir / "outlook.lock",
                self.clock,
                self.meter,
            )
        return self._mailbox

    def clock_error(self) -> int | None:
        """Seconds by which this computer's clock was ahead of Feishu's in the last answer, if much."""
        return self._source.clock_error if self._source else None

    def _open_source(self) -> FeishuCalendars:
        from core.feishu.api import FeishuApi
        from core.feishu.calendar import FeishuCalendars
        from core.feishu.cloud import cloud_of
        from core.feishu.sdk import FeishuClient
        from core.feishu.session import FeishuSession
        from core.feishu.token_endpoint import App, TokenEndpoint
        from core.network import make_session

        feishu = self.settings.feishu
        secret = self.vault.secret(APP_SECRET)
        if not feishu.app_id:
            raise AppMisconfigured(Side.FEISHU, "missing", "feishu.app_id")
        if not secret:
            raise AppMisconfigured(Side.FEISHU, "missing", APP_SECRET)
        http, cloud = make_session(self.settings.network), cloud_of(feishu)
        session = FeishuSession(
            settings=feishu,
            endpoint=TokenEndpoint(http, cloud, App(feishu.app_id, secret), self.clock.now),
            vault=self.vault,
            clock=self.clock,
            meter=self.meter,
            lock=self.data_dir / "feishu.lock",
        )
        api = FeishuApi(
            client=FeishuClient(http, cloud),
            session=session,
            cloud=cloud,
            app_id=feishu.app_id,
            clock=self.clock,
            meter=self.meter,
        )
        return FeishuCalendars(api)
