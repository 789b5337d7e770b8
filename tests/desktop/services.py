"""The two services, and the program introduced to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import Sandbox
from sandbox.feishu.quirks import Consent
from sandbox.microsoft.switches import SignIn
from tests.desktop.session import Session
from tests.ports import free_port


def company_file(sandbox: Sandbox) -> str:
    """Where the two services are, and whose certificates to trust; no app, no pair, no secret."""
    port = free_port()
    sandbox.feishu.app.redirect_urls.append(f"http://127.0.0.1:{port}/callback")
    return f"""
[feishu]
cloud = "custom"
open_url = "{sandbox.feishu_url}"
accounts_url = "{sandbox.feishu_url}"
redirect_ports = [{port}]
[outlook]
cloud = "custom"
authority_url = "{sandbox.authority_url}"
graph_url = "{sandbox.graph_url}"
[network]
proxy = "none"
ca_bundle = "{sandbox.ca_file}"
"""


def set_up_from_a_terminal(session: Session, sandbox: Sandbox, data_dir: Path) -> None:
    """For stories that begin later. The services' pages say yes without asking."""
    sandbox.feishu.consent = Consent.APPROVE
    sandbox.microsoft.switches.sign_in = SignIn.AUTO
    settings = (
        company_file(sandbox)
        .replace("[feishu]", f'[feishu]\napp_id = "{sandbox.feishu.app_id}"')
        .replace("[outlook]", f'[outlook]\nclient_id = "{sandbox.microsoft.client_id}"')
    )
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text(f'{settings}[[pairs]]\nid = "work"\n')
    session.start_keyring()
    session.terminal(data_dir, "secret", "feishu.app_secret", says=sandbox.feishu.app_secret)
    for side in ("feishu", "outlook"):
        session.terminal(data_dir, "sign-in", side)


def add_event(sandbox: Sandbox, title: str, days: int) -> str:
    """So many days from now; its id."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return sandbox.feishu.add_event(sandbox.feishu.calendar_id, title, start, start + timedelta(hours=1))


def mirrored(sandbox: Sandbox) -> list[str]:
    """The titles of the copies in Outlook, in the order of the alphabet."""
    world, now = sandbox.microsoft, datetime.now(UTC)
    return sorted(
        str(copy["subject"])
        for calendar in world.calendars()
        if calendar["name"] == "Feishu"
        for copy in world.occurrences(calendar["id"], now, now + timedelta(days=90))
    )
