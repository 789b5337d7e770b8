"""Forgetting where something is in the way. With everything real: tests/whole/test_forget.py."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from core import logs
from core.errors import LedgerUnusable
from core.forgetting import forget_everything
from core.ledger import Ledger
from core.model import Side
from core.settings import LogLevel
from core.vault import KeyringVault, MemoryVault
from tests.core.fake_keyrings import FakeKeyring


@pytest.fixture
def ledger(data_dir: Path) -> Ledger:
    data_dir.mkdir()
    (data_dir / "settings.toml").write_text("[sync]\ninterval_minutes = 7\n")
    ledger = Ledger(data_dir / "ledger.sqlite3")
    ledger.open()
    return ledger


def test_what_a_keyring_had_sealed_goes_where_the_person_has_gone_on_without_one(
    data_dir: Path, ledger: Ledger
) -> None:
    keyring, memory = FakeKeyring(), MemoryVault()
    KeyringVault(data_dir, choose=lambda: keyring).store_tokens(Side.FEISHU, "tokens")
    memory.store_tokens(Side.FEISHU, "newer tokens")

    forget_everything(data_dir, ledger, memory)

    assert not (data_dir / "tokens.sealed").exists()
    assert memory.tokens(Side.FEISHU) is None


def test_a_log_that_is_being_written_begins_anew(data_dir: Path, ledger: Ledger) -> None:
    logs.start(data_dir, LogLevel.INFO)
    log = logging.getLogger("core.forgetting")
    log.info("before")
    forget_everything(data_dir, ledger, MemoryVault())
    log.info("after")
    logs.stop()
    (line,) = logs.log_file(data_dir).read_text().splitlines()
    assert line.endswith("after")


def test_what_can_not_be_removed_is_told_and_does_not_keep_the_rest(data_dir: Path, ledger: Ledger) -> None:
    wal = data_dir / "ledger.sqlite3-wal"
    ledger.close()
    (wal / "in the way").mkdir(parents=True)
    vault = MemoryVault()
    vault.store_secret("feishu.app_secret", "s3cret")

    with pytest.raises(LedgerUnusable) as refused:
        forget_everything(data_dir, ledger, vault)

    assert refused.value.why == "unwritable"
    assert vault.secret("feishu.app_secret") is None
    assert (data_dir / "settings.toml").exists()

    (wal / "in the way").rmdir()
    wal.rmdir()
    forget_everything(data_dir, ledger, vault)
    assert [each.name for each in data_dir.iterdir()] == []
