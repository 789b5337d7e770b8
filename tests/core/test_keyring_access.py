"""Keyrings that are locked, slow, odd, absent or not to be trusted: a reason each time, never a hang."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError

from core.errors import VaultUnavailable
from core.keyring_access import Keyring, KeyringAccess
from core.vault import KeyringVault
from tests.core.fake_keyrings import DialogKeyring, FailingKeyring, FakeKeyring, refusal
from tests.core.keyring_session import KeyringSession, session_with_keyring, session_without_keyring

SECRET = "feishu.app_secret"


def dismissed() -> InitError:
    error = InitError("Failed to create the collection")
    error.__cause__ = type("PromptDismissedException", (Exception,), {})()
    return error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyringLocked("Failed to unlock the item!"), "locked"),
        (dismissed(), "locked"),
        (NoKeyringError(), "none"),
        (ConnectionResetError(), "none"),
        (InitError("anything"), "refused"),
        (ValueError("anything"), "refused"),
    ],
)
def test_every_error_of_a_keyring_becomes_one_of_ours(data_dir: Path, error: Exception, why: str) -> None:
    keyring = FailingKeyring(error)
    vault = KeyringVault(data_dir, choose=lambda: keyring)
    assert refusal(lambda: vault.store_secret(SECRET, "s3cret")) == why
    assert not list(data_dir.glob("tokens*"))

    keyring.error = None
    vault.store_secret(SECRET, "s3cret")
    assert vault.secret(SECRET) == "s3cret"


@pytest.fixture
def dialog() -> Iterator[DialogKeyring]:
    keyring = DialogKeyring()
    yield keyring
    keyring.answered.set()


def test_a_dialog_that_nobody_answers_is_given_up_and_not_opened_again(dialog: DialogKeyring) -> None:
    access = KeyringAccess(0.05, lambda: dialog)

    assert [refusal(lambda: access.read("s", "u")) for _ in range(3)] == ["timeout"] * 3

    assert dialog.dialogs == 1


def test_once_the_dialog_is_answered_the_next_call_goes_on(dialog: DialogKeyring) -> None:
    access = KeyringAccess(0.05, lambda: dialog)
    dialog.items["s", "u"] = "text"
    assert refusal(lambda: access.read("s", "u")) == "timeout"

    dialog.answered.set()

    patient = KeyringAccess(30, lambda: dialog)
    patient._pending = access._pending
    assert patient.read("s", "u") == "text"


def test_while_one_thread_waits_for_the_dialog_another_is_not_kept_longer_than_its_own_deadline() -> None:
    dialog = DialogKeyring()
    access = KeyringAccess(0.05, lambda: dialog)
    with access._turn:  # as a thread has it that waits
        assert refusal(lambda: access.read("s", "u")) == "timeout"
    assert dialog.dialogs == 0


def test_a_backend_that_appears_later_is_taken(data_dir: Path) -> None:
    available: list[Keyring] = []

    def choose() -> Keyring:
        if not available:
            raise VaultUnavailable("none")
        return available[0]

    vault = KeyringVault(data_dir, choose=choose)
    assert refusal(vault.prove_writable) == "none"
    available.append(FakeKeyring())
    vault.prove_writable()


# --- a real Secret Service ----------------------------------------------------------------------

VAULT = """
import sys
from pathlib import Path
from core.errors import VaultUnavailable
from core.model import Side
from core.vault import KeyringVault
vault = KeyringVault(Path(sys.argv[1]), deadline=20)
try:
    {code}
except VaultUnavailable as error:
    print("unavailable:", error.why)
"""
STORE = VAULT.format(
    code='vault.store_secret("feishu.app_secret", "s3cret"); vault.store_tokens(Side.FEISHU, "t")'
)
SHOW = VAULT.format(code='print(vault.secret("feishu.app_secret"), vault.tokens(Side.FEISHU))')
ASK_THRICE = """
import sys
from core.errors import VaultUnavailable
from core.keyring_access import KeyringAccess, trusted_backend
import secretstorage
prompts, unlock = [], secretstorage.Collection.unlock
def counted(self, *arguments):
    prompts.append(1)
    return unlock(self, *arguments)
secretstorage.Collection.unlock = counted
access = KeyringAccess(20)
for attempt in range(3):
    try:
        access.read("s", "u")
    except VaultUnavailable as error:
        print(error.why, len(prompts))
access.ask_again()
try:
    access.read("s", "u")
except VaultUnavailable as error:
    print(error.why, len(prompts))
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringSession]:
    with session_with_keyring(tmp_path_factory.mktemp("session")) as running:
        yield running


@pytest.fixture(scope="module")
def session_without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringSession]:
    with session_without_keyring(tmp_path_factory.mktemp("session")) as running:
        yield running


def test_a_real_secret_service_keeps_secrets_between_programs(
    session: KeyringSession, data_dir: Path
) -> None:
    session.run(STORE, str(data_dir))
    assert session.run(SHOW, str(data_dir)) == "s3cret t"


def test_neither_environment_nor_configuration_brings_in_another_backend(
    session: KeyringSession, session_without: KeyringSession, data_dir: Path
) -> None:
    config = Path(session_without.environment["HOME"], ".config", "python_keyring", "keyringrc.cfg")
    config.parent.mkdir(parents=True)
    config.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    null = "keyring.backends.null.Keyring"

    assert session_without.run(STORE, str(data_dir), PYTHON_KEYRING_BACKEND=null) == "unavailable: none"
    session.run(STORE, str(data_dir), PYTHON_KEYRING_BACKEND=null)
    assert session.run(SHOW, str(data_dir)) == "s3cret t"


def test_without_a_secret_service_nothing_is_stored_and_the_reason_is_told(
    session_without: KeyringSession, data_dir: Path
) -> None:
    assert session_without.run(STORE, str(data_dir)) == "unavailable: none"
    assert not (data_dir / "tokens.sealed").exists()


def test_a_plug_in_that_keeps_secrets_elsewhere_is_not_trusted(
    session_without: KeyringSession, data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "plain.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 20\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password): print('STORED', password)\n"
    )
    metadata = tmp_path / "plain-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plain\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[keyring.backends]\nplain = plain\n")

    said = session_without.run(STORE, str(data_dir), PYTHONPATH=str(tmp_path))

    assert said == "unavailable: untrusted"


def test_a_locked_keyring_is_told_and_its_owner_is_asked_once(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with session_with_keyring(tmp_path / "session") as session:
        session.run(STORE, str(data_dir))
        session.lock()
        assert session.run(SHOW, str(data_dir)) == "unavailable: locked"
        assert session.run(ASK_THRICE).splitlines() == ["locked 1", "locked 1", "locked 1", "locked 2"]
