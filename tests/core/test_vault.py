"""Secrets: the promises of the port, what lies on disk, and the one item in the keyring."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from core.errors import VaultUnavailable
from core.model import Side
from core.ports import Vault
from core.vault import KeyringVault, MemoryVault
from tests.core.fake_keyrings import FailingKeyring, FakeKeyring, WindowsKeyring, refusal

SECRET = "feishu.app_secret"
TOKENS = "tokens " * 3000


@pytest.fixture
def keyring() -> FakeKeyring:
    return WindowsKeyring()


@pytest.fixture
def open_vault(data_dir: Path, keyring: FakeKeyring) -> Callable[[], KeyringVault]:
    """Like a start of the program: nothing is remembered but what lies on disk and in the keyring."""
    return lambda: KeyringVault(data_dir, choose=lambda: keyring)


# --- the port ---------------------------------------------------------------------------------


@pytest.fixture(params=["in memory", "keyring"])
def vault(request: pytest.FixtureRequest, open_vault: Callable[[], KeyringVault]) -> Vault:
    return MemoryVault() if request.param == "in memory" else open_vault()


def test_a_new_vault_is_empty(vault: Vault) -> None:
    assert vault.secret(SECRET) is None
    assert vault.tokens(Side.FEISHU) is None


def test_what_was_stored_comes_back(vault: Vault) -> None:
    vault.store_secret(SECRET, "s3cret")
    vault.store_secret("outlook.client_secret", "geheim 密")
    vault.store_tokens(Side.FEISHU, TOKENS)
    vault.store_tokens(Side.OUTLOOK, "密")

    assert vault.secret(SECRET) == "s3cret"
    assert vault.secret("outlook.client_secret") == "geheim 密"
    assert (vault.tokens(Side.FEISHU), vault.tokens(Side.OUTLOOK)) == (TOKENS, "密")


def test_the_last_word_counts(vault: Vault) -> None:
    for text in ("old", "new"):
        vault.store_secret(SECRET, text)
        vault.store_tokens(Side.FEISHU, text)
    assert (vault.secret(SECRET), vault.tokens(Side.FEISHU)) == ("new", "new")


def test_taking_out_one_leaves_the_others(vault: Vault) -> None:
    for side in Side:
        vault.store_tokens(side, side.value)
    vault.store_secret(SECRET, "s3cret")
    vault.store_secret("outlook.client_secret", "other")

    vault.store_tokens(Side.FEISHU, None)
    vault.store_secret(SECRET, None)

    assert (vault.tokens(Side.FEISHU), vault.tokens(Side.OUTLOOK)) == (None, "outlook")
    assert (vault.secret(SECRET), vault.secret("outlook.client_secret")) == (None, "other")


def test_taking_out_what_is_not_there_is_no_error(vault: Vault) -> None:
    vault.store_secret(SECRET, None)
    vault.store_tokens(Side.FEISHU, None)


def test_proving_that_it_can_be_written_changes_nothing(vault: Vault) -> None:
    vault.prove_writable()
    vault.store_tokens(Side.FEISHU, TOKENS)
    vault.prove_writable()
    assert (vault.tokens(Side.FEISHU), vault.tokens(Side.OUTLOOK)) == (TOKENS, None)


# --- on disk ----------------------------------------------------------------------------------


def test_everything_survives_the_program(open_vault: Callable[[], KeyringVault]) -> None:
    open_vault().store_secret(SECRET, "s3cret")
    open_vault().store_tokens(Side.FEISHU, TOKENS)
    open_vault().store_tokens(Side.OUTLOOK, "outlook")

    assert open_vault().secret(SECRET) == "s3cret"
    assert open_vault().tokens(Side.FEISHU) == TOKENS
    assert open_vault().tokens(Side.OUTLOOK) == "outlook"


def test_no_secret_lies_readable_in_the_data_directory(
    open_vault: Callable[[], KeyringVault], data_dir: Path, keyring: FakeKeyring
) -> None:
    open_vault().store_secret(SECRET, "s3cret")
    open_vault().store_tokens(Side.FEISHU, "canary")

    (item,) = keyring.items.values()
    for file in data_dir.iterdir():
        content = file.read_bytes()
        assert b"s3cret" not in content
        assert b"canary" not in content
        assert json.loads(item)["key"].encode() not in content


def test_the_files_are_private(open_vault: Callable[[], KeyringVault], data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    open_vault().store_tokens(Side.FEISHU, "t")
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in data_dir.iterdir()} == {0o600}


def test_the_same_tokens_never_look_the_same_twice(
    open_vault: Callable[[], KeyringVault], data_dir: Path
) -> None:
    vault = open_vault()
    seen = set()
    for _ in range(5):
        vault.store_tokens(Side.FEISHU, "t")
        seen.add((data_dir / "tokens.sealed").read_bytes())
    assert len(seen) == 5


def test_tokens_of_one_side_cannot_be_passed_off_as_the_others(
    open_vault: Callable[[], KeyringVault], data_dir: Path
) -> None:
    open_vault().store_tokens(Side.FEISHU, "t")
    sealed = data_dir / "tokens.sealed"
    sealed.write_text(sealed.read_text().replace('"feishu"', '"outlook"'))
    assert refusal(lambda: open_vault().tokens(Side.OUTLOOK)) == "damaged"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:],
        lambda text: text.replace('"version": 1', '"version": 2'),
        lambda _: "[]",
        lambda _: "\0" * 100,
        lambda _: '{"version": 1, "feishu": ""}',
        lambda _: '{"version": 1, "feishu": "plain text"}',
    ],
)
def test_damaged_tokens_mean_a_new_sign_in_never_a_crash(
    open_vault: Callable[[], KeyringVault], data_dir: Path, damage: Callable[[str], str]
) -> None:
    open_vault().store_tokens(Side.FEISHU, TOKENS)
    sealed = data_dir / "tokens.sealed"
    sealed.write_text(damage(sealed.read_text()))

    assert refusal(lambda: open_vault().tokens(Side.FEISHU)) == "damaged"

    open_vault().store_tokens(Side.FEISHU, "signed in again")
    assert open_vault().tokens(Side.FEISHU) == "signed in again"


def test_tokens_that_another_process_stored_are_seen_at_once(open_vault: Callable[[], KeyringVault]) -> None:
    ours = open_vault()
    ours.store_tokens(Side.FEISHU, "old")
    open_vault().store_tokens(Side.FEISHU, "rotated")
    assert ours.tokens(Side.FEISHU) == "rotated"


def test_both_sides_can_be_stored_at_the_same_moment(open_vault: Callable[[], KeyringVault]) -> None:
    start = threading.Barrier(2)

    def store(side: Side) -> None:
        vault = open_vault()
        start.wait()
        for number in range(20):
            vault.store_tokens(side, f"{side.value} {number}")

    threads = [threading.Thread(target=store, args=(side,)) for side in Side]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [open_vault().tokens(side) for side in Side] == ["feishu 19", "outlook 19"]


def test_a_disk_that_takes_nothing_is_noticed_before_it_matters(
    open_vault: Callable[[], KeyringVault], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = open_vault()
    vault.store_tokens(Side.FEISHU, "old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert refusal(vault.prove_writable) == "disk full"
        assert refusal(lambda: vault.store_tokens(Side.FEISHU, "new")) == "disk full"
    assert vault.tokens(Side.FEISHU) == "old"


def test_tokens_are_flushed_before_they_take_their_place(
    open_vault: Callable[[], KeyringVault], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = open_vault()
    vault.store_tokens(Side.FEISHU, "old")
    seen = []
    flush = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(open_vault().tokens(Side.FEISHU))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    vault.store_tokens(Side.FEISHU, "new")
    assert seen == ["old", "new"]  # the file is flushed, renamed, and then the directory is flushed


# --- the keyring item -------------------------------------------------------------------------


def test_each_data_directory_has_its_own_item(tmp_path: Path, keyring: FakeKeyring) -> None:
    for name in ("one", "two"):
        KeyringVault(tmp_path / name, choose=lambda: keyring).store_secret(SECRET, name)
    assert len(keyring.items) == 2
    assert KeyringVault(tmp_path / "one", choose=lambda: keyring).secret(SECRET) == "one"


def test_a_moved_data_directory_finds_its_item_again(tmp_path: Path, keyring: FakeKeyring) -> None:
    KeyringVault(tmp_path / "old", choose=lambda: keyring).store_tokens(Side.FEISHU, "t")
    (tmp_path / "old").rename(tmp_path / "new")
    assert KeyringVault(tmp_path / "new", choose=lambda: keyring).tokens(Side.FEISHU) == "t"


def test_the_item_fits_windows_whatever_the_size_of_the_tokens(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring
) -> None:
    vault = open_vault()
    vault.store_secret(SECRET, "x" * 64)
    vault.store_secret("outlook.client_secret", "y" * 64)
    vault.store_tokens(Side.OUTLOOK, "z" * 100_000)
    (item,) = keyring.items.values()
    assert len(item) <= 1280


def test_windows_odd_error_becomes_ours_and_the_item_stays(open_vault: Callable[[], KeyringVault]) -> None:
    vault = open_vault()
    vault.store_secret(SECRET, "s3cret")

    with pytest.raises(VaultUnavailable) as caught:
        vault.store_secret("outlook.client_secret", "x" * 1280)

    assert caught.value.why == "refused"
    assert "1783" in caught.value.detail
    assert "xxxx" not in repr(caught.value)
    assert open_vault().secret(SECRET) == "s3cret"


def test_without_its_item_the_file_is_noise(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring
) -> None:
    open_vault().store_tokens(Side.FEISHU, "t")
    keyring.items.clear()
    assert refusal(lambda: open_vault().tokens(Side.FEISHU)) == "damaged"
    assert open_vault().secret(SECRET) is None


def test_after_a_lost_item_one_can_sign_in_again(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring
) -> None:
    open_vault().store_tokens(Side.FEISHU, "t")
    keyring.items.clear()
    open_vault().prove_writable()
    open_vault().store_tokens(Side.FEISHU, "again")
    assert open_vault().tokens(Side.FEISHU) == "again"


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"key": "", "secrets": {}}', '{"key": 1}', "null"])
def test_a_damaged_item_stops_nobody_for_ever(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring, text: str
) -> None:
    open_vault().store_tokens(Side.FEISHU, "t")
    keyring.items = dict.fromkeys(keyring.items, text)

    assert refusal(lambda: open_vault().tokens(Side.FEISHU)) == "damaged"

    open_vault().store_secret(SECRET, "again")
    open_vault().store_tokens(Side.FEISHU, "again")
    assert (open_vault().secret(SECRET), open_vault().tokens(Side.FEISHU)) == ("again", "again")


def test_an_item_that_vanishes_under_a_running_program_is_put_back(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring
) -> None:
    vault = open_vault()
    vault.store_tokens(Side.FEISHU, "t")
    keyring.items.clear()
    vault.store_secret(SECRET, "s3cret")
    assert open_vault().tokens(Side.FEISHU) == "t"


def test_a_key_that_another_process_made_anew_is_found(
    open_vault: Callable[[], KeyringVault], keyring: FakeKeyring
) -> None:
    vault = open_vault()
    vault.store_tokens(Side.FEISHU, "old")
    keyring.items.clear()
    open_vault().store_tokens(Side.FEISHU, "new")
    assert vault.tokens(Side.FEISHU) == "new"


def test_without_tokens_the_keyring_is_not_asked(data_dir: Path) -> None:
    keyring = FailingKeyring(KeyringLocked())
    vault = KeyringVault(data_dir, choose=lambda: keyring)
    assert vault.tokens(Side.FEISHU) is None
    assert vault.secret(SECRET) is None
    vault.store_tokens(Side.FEISHU, None)
    assert keyring.questions == 0
