"""Secrets as Windows keeps them: keyring's own backend on a credential store with Windows' real limit."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from keyring.backends import Windows

from core.errors import VaultUnavailable
from core.model import Side
from core.vault import SERVICE, KeyringVault

LIMIT = 2560
"""Bytes (wincred.h, CRED_MAX_CREDENTIAL_BLOB_SIZE)."""


class CredentialError(Exception):
    """pywintypes.error: neither a KeyringError nor an OSError."""

    def __init__(self, number: int, function: str, text: str) -> None:
        super().__init__(number, function, text)
        self.winerror, self.funcname = number, function


class CredentialStore:
    """The part of win32cred that keyring uses."""

    CRED_TYPE_GENERIC, CRED_PERSIST_LOCAL_MACHINE, CRED_PERSIST_ENTERPRISE = 1, 2, 3

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803  # win32cred's names
        assert Type == self.CRED_TYPE_GENERIC
        if TargetName not in self.items:
            raise CredentialError(1168, "CredRead", "Element not found.")
        return self.items[TargetName]

    def CredWrite(self, item: dict[str, Any], flags: int) -> None:  # noqa: N802  # win32cred's name
        assert flags == 0
        blob = item["CredentialBlob"].encode("utf-16-le")
        if len(blob) > LIMIT:
            raise CredentialError(1783, "CredWrite", "The stub received bad data.")
        self.items[item["TargetName"]] = {**item, "CredentialBlob": blob}

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803  # win32cred's names
        assert Type == self.CRED_TYPE_GENERIC
        if TargetName not in self.items:
            raise CredentialError(1168, "CredDelete", "Element not found.")
        del self.items[TargetName]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> CredentialStore:
    store = CredentialStore()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Windows, "missing_deps", False)
    monkeypatch.setattr(Windows, "win32cred", store, raising=False)
    monkeypatch.setattr(Windows, "pywintypes", SimpleNamespace(error=CredentialError), raising=False)
    return store


@pytest.mark.usefixtures("store")
def test_secrets_and_tokens_are_there_for_the_next_start(tmp_path: Path) -> None:
    vault = KeyringVault(tmp_path)
    vault.store_secret("feishu.app_secret", "s" * 64)
    vault.store_secret("outlook.client_secret", "c" * 64)
    vault.store_tokens(Side.OUTLOOK, "t" * 20_000)
    again = KeyringVault(tmp_path)
    assert again.secret("feishu.app_secret") == "s" * 64
    assert again.secret("outlook.client_secret") == "c" * 64
    assert again.tokens(Side.OUTLOOK) == "t" * 20_000


@pytest.mark.usefixtures("store")
def test_what_windows_does_not_take_is_refused_and_what_was_there_stays(tmp_path: Path) -> None:
    vault = KeyringVault(tmp_path)
    vault.store_secret("feishu.app_secret", "s" * 64)
    with pytest.raises(VaultUnavailable) as caught:
        vault.store_secret("feishu.app_secret", "x" * 1300)
    assert caught.value.why == "refused"
    assert KeyringVault(tmp_path).secret("feishu.app_secret") == "s" * 64


def test_a_secret_that_was_replaced_or_removed_is_nowhere_any_more(
    tmp_path: Path, store: CredentialStore
) -> None:
    vault = KeyringVault(tmp_path)
    vault.store_secret("feishu.app_secret", "the old one")
    vault.store_secret("feishu.app_secret", "the new one")
    assert holding(store, "the old one") == []
    vault.store_secret("feishu.app_secret", None)
    assert holding(store, "the new one") == []


def test_there_is_one_item_by_the_name_that_the_uninstaller_removes(
    tmp_path: Path, store: CredentialStore
) -> None:
    KeyringVault(tmp_path).store_secret("feishu.app_secret", "s")
    assert list(store.items) == [f"{SERVICE}:{(tmp_path / 'profile-id').read_text()}"]


def test_the_item_stays_on_this_computer_as_the_data_do(tmp_path: Path, store: CredentialStore) -> None:
    KeyringVault(tmp_path).store_secret("feishu.app_secret", "s")
    [item] = store.items.values()
    assert item["Persist"] == store.CRED_PERSIST_LOCAL_MACHINE


def holding(store: CredentialStore, secret: str) -> list[str]:
    return [
        name for name, item in store.items.items() if secret.encode("utf-16-le") in item["CredentialBlob"]
    ]
