"""What every Vault promises: the one in memory, and the keyring's over a fake and over a real keyring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import Side
from core.ports import Vault
from core.vault import KeyringVault, MemoryVault
from tests.core.fake_keyrings import WindowsKeyring
from tests.core.keyring_session import KeyringSession, session_with_keyring

FEISHU, OUTLOOK = "feishu.app_secret", "outlook.client_secret"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringSession]:
    with session_with_keyring(tmp_path_factory.mktemp("session")) as running:
        yield running


@pytest.fixture(params=["in memory", "fake keyring", "gnome-keyring"])
def vault(request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    match request.param:
        case "in memory":
            return MemoryVault()
        case "fake keyring":
            keyring = WindowsKeyring()
            return KeyringVault(data_dir, choose=lambda: keyring)
        case _:
            session = request.getfixturevalue("session")
            address = session.environment["DBUS_SESSION_BUS_ADDRESS"]
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            return KeyringVault(data_dir)


def test_a_new_vault_is_empty(vault: Vault) -> None:
    assert [vault.secret(name) for name in (FEISHU, OUTLOOK)] == [None, None]
    assert [vault.tokens(side) for side in Side] == [None, None]


@pytest.mark.parametrize("text", ["s3cret", "密码 🔑", " spaces and\nlines ", '{"json": "\\u0000"}', ""])
def test_what_was_stored_comes_back_as_it_was(vault: Vault, text: str) -> None:
    vault.store_secret(FEISHU, text)
    vault.store_tokens(Side.OUTLOOK, text)
    assert vault.secret(FEISHU) == text
    assert vault.tokens(Side.OUTLOOK) == text


def test_tokens_may_be_long(vault: Vault) -> None:
    vault.store_tokens(Side.FEISHU, "tokens " * 10_000)
    assert vault.tokens(Side.FEISHU) == "tokens " * 10_000


def test_the_last_word_counts(vault: Vault) -> None:
    for text in ("old", "new"):
        vault.store_secret(FEISHU, text)
        vault.store_tokens(Side.FEISHU, text)
    assert (vault.secret(FEISHU), vault.tokens(Side.FEISHU)) == ("new", "new")


def test_each_secret_and_each_sides_tokens_are_kept_apart(vault: Vault) -> None:
    vault.store_secret(FEISHU, "one")
    vault.store_secret(OUTLOOK, "two")
    vault.store_tokens(Side.FEISHU, "three")
    vault.store_tokens(Side.OUTLOOK, "four")
    assert [vault.secret(name) for name in (FEISHU, OUTLOOK)] == ["one", "two"]
    assert [vault.tokens(side) for side in (Side.FEISHU, Side.OUTLOOK)] == ["three", "four"]


def test_taking_out_one_leaves_the_others(vault: Vault) -> None:
    for name, side in ((FEISHU, Side.FEISHU), (OUTLOOK, Side.OUTLOOK)):
        vault.store_secret(name, name)
        vault.store_tokens(side, side.value)
    vault.store_secret(FEISHU, None)
    vault.store_tokens(Side.OUTLOOK, None)
    assert [vault.secret(name) for name in (FEISHU, OUTLOOK)] == [None, OUTLOOK]
    assert [vault.tokens(side) for side in (Side.FEISHU, Side.OUTLOOK)] == ["feishu", None]


def test_taking_out_what_is_not_there_is_no_error(vault: Vault) -> None:
    vault.store_secret(FEISHU, None)
    vault.store_tokens(Side.FEISHU, None)
    assert (vault.secret(FEISHU), vault.tokens(Side.FEISHU)) == (None, None)


def test_what_was_taken_out_can_be_stored_again(vault: Vault) -> None:
    for text in ("first", None, "again"):
        vault.store_secret(FEISHU, text)
        vault.store_tokens(Side.FEISHU, text)
    assert (vault.secret(FEISHU), vault.tokens(Side.FEISHU)) == ("again", "again")


def test_proving_that_it_can_be_written_changes_nothing(vault: Vault) -> None:
    vault.prove_writable()
    assert vault.tokens(Side.FEISHU) is None
    vault.store_tokens(Side.FEISHU, "tokens")
    vault.store_secret(FEISHU, "s3cret")
    vault.prove_writable()
    assert [vault.tokens(side) for side in (Side.FEISHU, Side.OUTLOOK)] == ["tokens", None]
    assert vault.secret(FEISHU) == "s3cret"


def test_what_is_forgotten_is_gone_and_something_new_can_be_stored(vault: Vault) -> None:
    vault.forget()
    vault.store_secret(FEISHU, "s3cret")
    vault.store_tokens(Side.OUTLOOK, "tokens")
    vault.forget()
    assert vault.secret(FEISHU) is None
    assert vault.tokens(Side.OUTLOOK) is None
    vault.store_tokens(Side.OUTLOOK, "new")
    assert vault.tokens(Side.OUTLOOK) == "new"
