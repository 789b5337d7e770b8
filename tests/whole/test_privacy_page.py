"""docs/privacy.md names what the code does: a new file, host or permission has to be told there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

from core import logs
from core.feishu import cloud
from core.feishu.errors import CALENDAR_SCOPE
from core.model import Side
from core.outlook import clouds
from core.outlook import errors as outlook_errors
from core.settings import LogLevel
from core.vault import PROFILE, SERVICE, TOKENS, KeyringVault
from tests.core.fake_keyrings import FakeKeyring
from tests.whole.installed import Installed, add_singles

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_every_host_that_is_ever_asked_is_named() -> None:
    addresses = [each for found in cloud._CLOUDS.values() for each in (found.open_url, found.accounts_url)]
    addresses += [each for found in clouds._HOSTS.values() for each in found]
    hosts = {urlsplit(address).hostname for address in addresses}
    assert len(hosts) == 11
    assert {host for host in hosts if f"`{host}`" not in PAGE} == set()


def test_every_permission_is_named() -> None:
    scopes = {"offline_access", CALENDAR_SCOPE, *outlook_errors.SCOPES, "openid", "profile"}
    assert {scope for scope in scopes if f"`{scope}`" not in PAGE} == set()


def rows() -> list[str]:
    """The names in the first column of its table of files."""
    names = re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE)
    return re.findall(r"`([^`]+)`", " ".join(names))


def test_every_file_that_a_run_leaves_is_named(installed: Installed) -> None:
    add_singles(installed, 3)
    installed.run()
    keyring = FakeKeyring()
    vault = KeyringVault(installed.data_dir, choose=lambda: keyring)
    vault.store_secret("feishu.app_secret", "worthless")
    vault.store_tokens(Side.FEISHU, "worthless")
    logs.start(installed.data_dir, LogLevel.INFO)
    logs.stop()
    found = {f"{file.name}/" if file.is_dir() else file.name for file in installed.data_dir.iterdir()}
    assert {"ledger.sqlite3", TOKENS, PROFILE, "logs/", "vault.lock"} <= found
    patterns = [*rows(), "ledger.sqlite3-wal", "ledger.sqlite3-shm"]
    assert {name for name in found if not any(fnmatch(name, pattern) for pattern in patterns)} == set()


def test_the_item_in_the_keyring_is_named() -> None:
    assert f"`{SERVICE}:" in PAGE
