"""One Feishu account, put together."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import requests

from core.feishu.api import FeishuApi
from core.feishu.calendar import FeishuCalendars
from core.feishu.cloud import cloud_of
from core.feishu.sdk import FeishuClient
from core.feishu.session import FeishuSession
from core.feishu.token_endpoint import App, TokenEndpoint
from core.ports import Clock, RequestMeter, Vault
from core.settings import FeishuSettings


def open_calendars(
    *,
    settings: FeishuSettings,
    app_secret: str,
    session: requests.Session,
    vault: Vault,
    clock: Clock,
    meter: RequestMeter,
    lock: Path,
    jitter: Callable[[], float] = random.random,
) -> FeishuCalendars:
    """The calendars of whoever is signed in; touches nothing yet. Raises AppMisconfigured.

    `lock` is a file in the data directory, the same for every process: it guards the refresh token.
    """
    cloud = cloud_of(settings)
    tokens = FeishuSession(
        settings=settings,
        endpoint=TokenEndpoint(session, cloud, App(settings.app_id, app_secret), clock.now),
        vault=vault,
        clock=clock,
        meter=meter,
        lock=lock,
    )
    api = FeishuApi(
        client=FeishuClient(session, cloud),
        session=tokens,
        cloud=cloud,
        app_id=settings.app_id,
        clock=clock,
        meter=meter,
        jitter=jitter,
    )
    return FeishuCalendars(api)
