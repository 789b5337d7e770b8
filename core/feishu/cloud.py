"""Where Feishu, Lark or a private deployment is found. The clouds are separate: nothing crosses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from core.errors import AppMisconfigured
from core.model import Side
from core.settings import FeishuCloud, FeishuSettings


@dataclass(frozen=True, slots=True)
class Cloud:
    """Origins without a slash at the end."""

    open_url: str
    accounts_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.open_url).hostname or ""

    def app_page(self, app_id: str) -> str:
        """The developer console's page of the app: versions, credentials, availability."""
        return f"{self.open_url}/app/{quote(app_id, safe='')}"

    def redirect_page(self, app_id: str) -> str:
        return f"{self.app_page(app_id)}/safe"

    def permission_page(self, app_id: str, scopes: tuple[str, ...]) -> str:
        return f"{self.app_page(app_id)}/auth?q={quote(','.join(scopes), safe='')}&op_from=openapi"


_CLOUDS = {
    FeishuCloud.FEISHU: Cloud("https://open.feishu.cn", "https://accounts.feishu.cn"),
    FeishuCloud.LARK: Cloud("https://open.larksuite.com", "https://accounts.larksuite.com"),
}


def cloud_of(settings: FeishuSettings) -> Cloud:
    """Raises AppMisconfigured when a custom cloud lacks an address, or has one that is not encrypted."""
    if settings.cloud is not FeishuCloud.CUSTOM:
        return _CLOUDS[settings.cloud]
    for key in ("open_url", "accounts_url"):
        address = getattr(settings, key)
        if not address:
            raise AppMisconfigured(Side.FEISHU, "missing", f"feishu.{key}")
        if not _is_private(address):
            raise AppMisconfigured(Side.FEISHU, "cloud", f"feishu.{key}")
    return Cloud(settings.open_url.rstrip("/"), settings.accounts_url.rstrip("/"))


def _is_private(address: str) -> bool:
    """Tokens and secrets travel there: encrypted, or without leaving this computer."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    )
