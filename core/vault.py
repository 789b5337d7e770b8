"""The one room that knows how secrets are kept.

One keyring item for each data directory holds the secrets that a person typed in and a random 256-bit key:
small enough for Windows, which takes 1,280 characters, and a single question on macOS. Tokens are larger
and change every two hours, so they lie in the file tokens.sealed, encrypted with that key: noise without
the keyring.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from filelock import FileLock, Timeout

from core.errors import LedgerUnusable, VaultUnavailable
from core.files import PRIVATE, remove_file, replace_file, why_unwritable
from core.keyring_access import Keyring, KeyringAccess, trusted_backend
from core.model import Side
from core.places import make_private

SERVICE, USERNAME = "feishu-outlook-sync", "secrets"
TOKENS, PROFILE, LOCK = "tokens.sealed", "profile-id", "vault.lock"
VERSION = 1
KEY_BYTES, NONCE_BYTES = 32, 12

Key = TypeVar("Key")


class MemoryVault:
    """Forgets everything with the process: for the demo, and for people who want nothing stored."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}
        self._tokens: dict[Side, str] = {}

    def secret(self, name: str) -> str | None:
        return self._secrets.get(name)

    def store_secret(self, name: str, value: str | None) -> None:
        _put(self._secrets, name, value)

    def tokens(self, side: Side) -> str | None:
        return self._tokens.get(side)

    def store_tokens(self, side: Side, text: str | None) -> None:
        _put(self._tokens, side, text)

    def prove_writable(self) -> None:
        pass

    def ask_again(self) -> None:
        pass

    def forget(self) -> None:
        self._secrets.clear()
        self._tokens.clear()


class KeyringVault:
    """May be used by several threads and processes. `deadline`: how many seconds a person may think about
    the keyring's dialog, or another process may keep the files to itself."""

    def __init__(
        self, data_dir: Path, deadline: float = 30.0, choose: Callable[[], Keyring] = trusted_backend
    ) -> None:
        self._data_dir = data_dir
        self._deadline = deadline
        self._keyring = KeyringAccess(deadline, choose)
        self._known: _Item | None = None
        """What the keyring said last: one that is locked again meanwhile stops nobody. Secrets stay true, for
        they are changed by this process or while it does not run (core/instance.py)."""

    def secret(self, name: str) -> str | None:
        item = self._known or self._read_item()
        return item.secrets.get(name) if item else None

    def store_secret(self, name: str, value: str | None) -> None:
        self._keyring.ask_again()
        with self._locked():
            item = self._read_item_or_new()
            changed = dict(item.secrets)
            _put(changed, name, value)
            self._write_item(replace(item, secrets=changed))

    def tokens(self, side: Side) -> str | None:
        sealed = self._read_sealed().get(side.value)
        if sealed is None:
            return None
        if self._known and (text := _unseal(self._known.key, side, sealed)) is not None:
            return text
        item = self._read_item()
        if item and (text := _unseal(item.key, side, sealed)) is not None:
            return text
        raise VaultUnavailable("damaged", TOKENS)

    def store_tokens(self, side: Side, text: str | None) -> None:
        sealed = None if text is None else _seal(self._key(), side, text)
        with self._locked():
            content = self._read_sealed_or_empty()
            _put(content, side.value, sealed)
            self._write_sealed(content)

    def prove_writable(self) -> None:
        """By writing once more what is there."""
        self._key()
        with self._locked():
            self._write_sealed(self._read_sealed_or_empty())

    def ask_again(self) -> None:
        self._keyring.ask_again()

    def forget(self) -> None:
        """What names the item goes last: whoever is killed meanwhile finds the item again."""
        self._keyring.ask_again()
        with self._locked():
            self._remove(TOKENS)
            if profile := self._profile():
                self._keyring.delete(f"{SERVICE}:{profile}", USERNAME)
            self._known = None
            self._remove(PROFILE)

    # --- the keyring item -----------------------------------------------------------------------

    def _key(self) -> bytes:
        if self._known:
            return self._known.key
        with self._locked():
            item = self._read_item_or_new()
            if item != self._known:
                self._write_item(item)
            return item.key

    def _read_item(self) -> _Item | None:
        profile = self._profile()
        text = self._keyring.read(f"{SERVICE}:{profile}", USERNAME) if profile else None
        self._known = _Item.from_text(text) if text else None
        return self._known

    def _read_item_or_new(self) -> _Item:
        """One that is gone is put back as it was; a damaged one is of no use: a new one lets people go on."""
        known = self._known
        try:
            item = self._read_item()
        except VaultUnavailable as error:
            if error.why != "damaged":
                raise
            item = None
        return item or known or _Item(secrets.token_bytes(KEY_BYTES))

    def _write_item(self, item: _Item) -> None:
        profile = self._profile()
        if not profile:
            profile = secrets.token_hex(16)
            self._replace(PROFILE, profile)
        self._keyring.write(f"{SERVICE}:{profile}", USERNAME, item.to_text())
        self._known = item

    def _profile(self) -> str:
        """Names the keyring item of this data directory, wherever the directory is moved."""
        return self._read(PROFILE).strip()

    # --- files ----------------------------------------------------------------------------------

    def _read_sealed(self) -> dict[str, str]:
        """Sealed tokens by side, in Base64. Raises VaultUnavailable("damaged")."""
        text = self._read(TOKENS)
        try:
            content = json.loads(text) if text else {"version": VERSION}
            if content.pop("version") != VERSION:
                raise ValueError("of another version")
            return {str(side): str(sealed) for side, sealed in content.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VaultUnavailable("damaged", TOKENS) from error

    def _read_sealed_or_empty(self) -> dict[str, str]:
        try:
            return self._read_sealed()
        except VaultUnavailable as error:
            if error.why != "damaged":
                raise
            return {}

    def _write_sealed(self, content: dict[str, str]) -> None:
        self._replace(TOKENS, json.dumps({"version": VERSION, **content}))

    def _read(self, name: str) -> str:
        """Empty if there is no such file."""
        try:
            return (self._data_dir / name).read_bytes().decode("ascii", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise VaultUnavailable(why_unwritable(error), str(error)) from error

    def _replace(self, name: str, text: str) -> None:
        try:
            replace_file(self._data_dir / name, text.encode("ascii"))
        except OSError as error:
            raise VaultUnavailable(why_unwritable(error), str(error)) from error

    def _remove(self, name: str) -> None:
        try:
            remove_file(self._data_dir / name)
        except OSError as error:
            raise VaultUnavailable(why_unwritable(error), str(error)) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Between reading and writing nobody else writes. Not to be nested."""
        try:
            make_private(self._data_dir)
            lock = FileLock(self._data_dir / LOCK, timeout=self._deadline, mode=PRIVATE)
            lock.acquire()
        except Timeout as error:
            raise VaultUnavailable("timeout", LOCK) from error
        except OSError as error:
            raise VaultUnavailable(why_unwritable(error), str(error)) from error
        except LedgerUnusable as error:
            raise VaultUnavailable(error.why, error.path) from error
        try:
            yield
        finally:
            lock.release()


@dataclass(frozen=True, slots=True)
class _Item:
    """What the keyring keeps."""

    key: bytes = field(repr=False)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    def to_text(self) -> str:
        key = base64.b64encode(self.key).decode()
        return json.dumps({"version": VERSION, "key": key, "secrets": self.secrets}, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> _Item:
        """Raises VaultUnavailable("damaged")."""
        try:
            content = json.loads(text)
            key = base64.b64decode(content["key"], validate=True)
            if len(key) != KEY_BYTES:
                raise ValueError("not a key")
            return cls(key, {str(name): str(value) for name, value in content["secrets"].items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VaultUnavailable("damaged", "keyring item") from None  # the cause would quote the item


def _seal(key: bytes, side: Side, text: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), _binding(side))).decode()


def _unseal(key: bytes, side: Side, sealed: str) -> str | None:
    """None if it was not sealed with this key for this side, or was changed since."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _binding(side)).decode()
    except (InvalidTag, ValueError):
        return None


def _binding(side: Side) -> bytes:
    """Authenticated with the tokens: those of one side can't be passed off as the other's."""
    return bytes([VERSION]) + side.value.encode()


def _put(mapping: dict[Key, str], key: Key, value: str | None) -> None:
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value
