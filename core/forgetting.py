"""Forgetting everything: nothing personal is left on this computer. The copies in Outlook stay there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core import logs
from core.errors import LedgerUnusable, SyncError
from core.files import remove_file, why_unwritable
from core.ledger import Ledger
from core.ports import Vault
from core.vault import TOKENS


def forget_everything(data_dir: Path, ledger: Ledger, vault: Vault) -> None:
    """Removes database, log, secrets and settings. What can't be removed does not keep the rest.

    The settings go last: as long as anything is left, nobody takes the program for a new one, and a second
    call ends what the first had begun. Raises the first that went wrong: LedgerUnusable, VaultUnavailable.
    """
    problems: list[SyncError] = []
    # What a keyring had sealed goes also where the person has gone on without one.
    sealed = partial(_remove, data_dir / TOKENS)
    for forget in (ledger.remove, partial(_remove_log, data_dir), sealed, vault.forget):
        try:
            forget()
        except SyncError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    _remove(data_dir / "settings.toml")


def _remove_log(data_dir: Path) -> None:
    file = logs.log_file(data_dir)
    with logs.interrupted():
        for each in file.parent.glob(f"{file.name}*"):
            _remove(each)


def _remove(file: Path) -> None:
    try:
        remove_file(file)
    except OSError as error:
        raise LedgerUnusable(why_unwritable(error), str(file)) from error
