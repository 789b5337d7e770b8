"""The operating system's keyring: trusted backends only, one call at a time, none without end.

A keyring may open a dialog and wait for a person. So every call runs in a daemon thread of its own with a
deadline; one that is late goes on waiting for its answer, and nobody is asked twice meanwhile.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import closing
from typing import Any, Protocol, TypeVar

from core.errors import VaultUnavailable

Result = TypeVar("Result")

TRUSTED = {
    "linux": ("SecretService.Keyring", "libsecret.Keyring", "kwallet.DBusKeyring"),
    "darwin": ("macOS.Keyring",),
    "win32": ("Windows.WinVaultKeyring",),
}
"""In a fixed order, not by priority: an item must be found again where it was put."""


class Keyring(Protocol):
    """What we use of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def trusted_backend() -> Keyring:
    """Chosen by us: neither PYTHON_KEYRING_BACKEND, nor keyring's own settings, nor an installed plug-in has
    a say. Raises VaultUnavailable."""
    for name in TRUSTED.get(sys.platform, ()):
        module, _, cls = name.partition(".")
        backend = getattr(importlib.import_module(f"keyring.backends.{module}"), cls)
        try:
            if backend.priority >= 1:
                return _for_one_person(backend())
        except RuntimeError:  # how backends say that they can't be used here
            continue
    raise VaultUnavailable("untrusted" if _has_others() else "none")


def _for_one_person(backend: Any) -> Keyring:
    """Windows: keyring 25.7.0 would keep what an item said before under a second name, in case that it is
    another person's (backends/Windows.py, set_password), and let the item roam to other computers, where
    the data directory does not go."""
    if type(backend).__module__.endswith(".Windows"):
        backend.set_password = backend._set_password
        backend.persist = "local machine"
    return backend  # type: ignore[no-any-return]  # found by name


def _has_others() -> bool:
    """Plug-ins that are installed: files on disk, most of them."""
    from keyring.backend import get_all_keyring

    return any(not type(backend).__module__.startswith("keyring.backends.") for backend in get_all_keyring())


class KeyringAccess:
    """May be used by several threads. Every method takes at most about `deadline` seconds and raises
    VaultUnavailable.

    Once a person has dismissed the dialog, a locked keyring is left in peace for `ask_again_after` seconds.
    """

    def __init__(
        self,
        deadline: float,
        choose: Callable[[], Keyring] = trusted_backend,
        ask_again_after: float = 3600.0,
    ) -> None:
        self._deadline = deadline
        self._choose = choose
        self._ask_again_after = ask_again_after
        self._turn = threading.Lock()
        self._pending: Future[None] = Future()
        self._pending.set_result(None)
        self._backend: Keyring | None = None
        self._quiet_until = 0.0
        self._last_refusal = VaultUnavailable("locked")
        """Given again while nobody is asked: what has not changed is not told twice."""

    def read(self, service: str, username: str) -> str | None:
        return self._call(lambda keyring: keyring.get_password(service, username))

    def write(self, service: str, username: str, text: str) -> None:
        self._call(lambda keyring: keyring.set_password(service, username, text))

    def delete(self, service: str, username: str) -> None:
        """Also where there is nothing to delete, which is an error to most backends."""

        def delete(keyring: Keyring) -> None:
            if keyring.get_password(service, username) is not None:
                keyring.delete_password(service, username)

        self._call(delete)

    def ask_again(self) -> None:
        """A person is at work here: the next call may open the dialog."""
        self._quiet_until = 0.0

    def _call(self, action: Callable[[Keyring], Result]) -> Result:
        end = time.monotonic() + self._deadline
        if not self._turn.acquire(timeout=self._deadline):
            raise VaultUnavailable("timeout")
        try:
            _wait_for(self._pending, end)
            answer: Future[Result] = Future()
            done: Future[None] = Future()
            self._pending = done
            threading.Thread(
                target=self._run, args=(action, answer, done), name="keyring", daemon=True
            ).start()
            _wait_for(done, end)
            return answer.result()
        finally:
            self._turn.release()

    def _run(self, action: Callable[[Keyring], Result], answer: Future[Result], done: Future[None]) -> None:
        """In the keyring's thread."""
        try:
            self._backend = self._backend or self._choose()
            if time.monotonic() < self._quiet_until and _is_locked(self._backend):
                raise self._last_refusal
            answer.set_result(action(self._backend))
        except Exception as error:  # noqa: BLE001  # every backend has errors of its own: Windows' are no KeyringError
            failure = _failure(error)
            if failure.why == "locked" and time.monotonic() >= self._quiet_until:
                self._quiet_until = time.monotonic() + self._ask_again_after
                self._last_refusal = failure
            answer.set_exception(failure)
        finally:
            done.set_result(None)


def _wait_for(future: Future[None], end: float) -> None:
    wait([future], timeout=max(0.0, end - time.monotonic()))
    if not future.done():
        raise VaultUnavailable("timeout")


def _is_locked(backend: Keyring) -> bool:
    """Whether an answer would need a dialog, found out without one; as far as this can be known."""
    if not type(backend).__module__.endswith(".SecretService"):
        return False
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            return secretstorage.Collection(bus, "/org/freedesktop/secrets/aliases/default").is_locked()
        except secretstorage.exceptions.ItemNotFoundException:
            return True  # there is none yet: making one asks for a password


def _failure(error: Exception) -> VaultUnavailable:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    if isinstance(error, VaultUnavailable):
        return error
    detail = f"{type(error).__name__}: {error}"[:200]
    cause = type(error.__cause__).__name__
    if isinstance(error, KeyringLocked) or (
        isinstance(error, InitError) and cause == "PromptDismissedException"
    ):
        return VaultUnavailable("locked", detail)
    if isinstance(error, NoKeyringError | ConnectionError | EOFError) or cause.endswith(
        "NotAvailableException"
    ):
        return VaultUnavailable("none", detail)
    return VaultUnavailable("refused", detail)
