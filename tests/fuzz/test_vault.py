"""The files and the keyring item that keep secrets, cut or overwritten: read, or refused, never leaked."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from core.errors import VaultUnavailable
from core.model import Side
from core.vault import PROFILE, TOKENS, KeyringVault
from tests.core.fake_keyrings import FakeKeyring
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS, cut

SECRET, CANARY = "feishu.app_secret", "canary-of-a-secret"
KEPT = {Side.FEISHU: "tokens of Feishu " * 100, Side.OUTLOOK: "tokens of Outlook"}


@cache
def good_files() -> tuple[bytes, bytes, dict[tuple[str, str], str]]:
    """tokens.sealed, profile-id, and what is in the keyring."""
    keyring = FakeKeyring()
    with tempfile.TemporaryDirectory() as directory:
        vault = KeyringVault(Path(directory), choose=lambda: keyring)
        vault.store_secret(SECRET, CANARY)
        for side, text in KEPT.items():
            vault.store_tokens(side, text)
        return (
            (Path(directory) / TOKENS).read_bytes(),
            (Path(directory) / PROFILE).read_bytes(),
            keyring.items,
        )


def asked(sealed: bytes, profile: bytes, items: dict[tuple[str, str], str]) -> None:
    """Everything is as it was stored, or not there, or "damaged"; any other error is a failure. Afterwards a
    person can sign in again."""
    keyring = FakeKeyring()
    keyring.items = dict(items)
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / TOKENS).write_bytes(sealed)
        (Path(directory) / PROFILE).write_bytes(profile)
        vault = KeyringVault(Path(directory), choose=lambda: keyring)
        for side, text in KEPT.items():
            try:
                assert vault.tokens(side) in {text, None}
            except VaultUnavailable as error:
                assert_damaged(error)
        try:
            vault.secret(SECRET)
        except VaultUnavailable as error:
            assert_damaged(error)
        vault.store_tokens(Side.FEISHU, "new")
        assert vault.tokens(Side.FEISHU) == "new"


def assert_damaged(error: VaultUnavailable) -> None:
    assert error.why == "damaged"
    assert CANARY not in repr(error) + repr(error.__cause__) + repr(error.__context__)


garbage = st.binary(max_size=60) | st.sampled_from(
    (
        *(b"", b"{}", b"[]", b"null", b'{"version": 1}', b'{"version": 2}', b'{"version": 1, "feishu": 3}'),
        *(
            b'{"version": 1, "feishu": "AAAA"}',
            b'{"version": 1, "feishu": "' + b"A" * 100_000 + b'"}',
            b"9" * 5000,
        ),
    )
)


@fuzz(30, sealed=cut(good_files()[0]) | garbage)
def test_sealed_tokens_are_opened_or_damaged(sealed: bytes) -> None:
    _, profile, items = good_files()
    asked(sealed, profile, items)


@fuzz(30, profile=cut(good_files()[1]) | garbage)
def test_the_name_of_the_item_may_be_anything(profile: bytes) -> None:
    sealed, _, items = good_files()
    asked(sealed, profile, items)


@fuzz(
    30,
    item=cut(next(iter(good_files()[2].values())).encode()).map(lambda raw: raw.decode("utf-8", "replace"))
    | TEXTS,
)
def test_the_item_of_the_keyring_is_read_or_damaged(item: str) -> None:
    sealed, profile, items = good_files()
    asked(sealed, profile, dict.fromkeys(items, item))
