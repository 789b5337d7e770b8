"""Where Microsoft's clouds are. They are separate worlds: registrations and tokens do not cross."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from core.settings import OutlookCloud, OutlookSettings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One registration of an app in one cloud."""

    authority_url: str
    """Without the tenant and without a slash at the end."""
    tenant: str
    graph_url: str
    """Also the prefix of every scope. Without a slash at the end."""
    client_id: str

    @property
    def authority(self) -> str:
        return f"{self.authority_url}/{self.tenant}"

    @property
    def registration(self) -> str:
        """Tokens are for this alone: they must not be shown to another app's or another cloud's hosts.
        The tenant is no part of it, refresh tokens outlive its change."""
        return f"{self.authority_url} {self.graph_url} {self.client_id}"

    def admin_consent_url(self, scopes: tuple[str, ...]) -> str:
        """Where an administrator gives the whole company's consent."""
        wanted = " ".join(f"{self.graph_url}/{scope}" for scope in scopes)
        query = {"client_id": self.client_id, "redirect_uri": "http://localhost", "scope": wanted}
        return f"{self.authority}/v2.0/adminconsent?{urlencode(query)}"


_HOSTS = {
    OutlookCloud.GLOBAL: ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    OutlookCloud.CHINA: (
        "https://login.partner.microsoftonline.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
    OutlookCloud.USGOV: ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    OutlookCloud.USGOV_DOD: ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
}
"""Authority and Graph root. docs/quirks.md, "Microsoft clouds"."""


def endpoints(settings: OutlookSettings) -> Endpoints:
    custom = (settings.authority_url, settings.graph_url)
    authority, graph = _HOSTS.get(settings.cloud, custom)
    return Endpoints(authority.rstrip("/"), settings.tenant, graph.rstrip("/"), settings.client_id)
