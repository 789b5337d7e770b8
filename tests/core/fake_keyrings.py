"""Keyrings in memory, with the habits of real ones."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from keyring.errors import PasswordDeleteError

from core.errors import VaultUnavailable


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(VaultUnavailable) as caught:
        call()
    return caught.value.why


class FakeKeyring:
    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.items:
            raise PasswordDeleteError("Password not found")
        del self.items[service, username]


class WindowsKeyring(FakeKeyring):
    """Credential Manager takes 2,560 bytes, written as UTF-16, and its error is no KeyringError."""

    class Error(Exception):
        """Stands for pywintypes.error."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise self.Error(1783, "CredWrite", "The stub received bad data")
        super().set_password(service, username, password)


class FailingKeyring(FakeKeyring):
    """Fails as long as `error` is set."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.questions = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.questions += 1
        if self.error:
            raise self.error
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        super().set_password(service, username, password)


class DialogKeyring(FakeKeyring):
    """Every question waits for a person, who answers when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.dialogs = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.dialogs += 1
        self.answered.wait()
        return super().get_password(service, username)
