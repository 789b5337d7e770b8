"""Run by the Windows Python, in the source tree: secrets in Windows' credential store, with its real limit.

Wine stores a credential of any length. Windows takes 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), which are
1,280 characters in UTF-16; beyond that its answer, as people report it, is error 1783 of a class that is
neither keyring's own nor an OSError. So that answer is given here.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from win32ctypes.pywin32 import pywintypes, win32cred

from core.errors import VaultUnavailable
from core.model import Side
from core.vault import PROFILE, SERVICE, USERNAME, KeyringVault

LIMIT = 2560
_write = win32cred.CredWrite


def write_as_windows_does(credential: dict[str, str], flags: int = 0) -> None:
    if len(credential["CredentialBlob"].encode("utf-16-le")) > LIMIT:
        raise pywintypes.error(1783, "CredWrite", "The stub received bad data.")
    _write(credential, flags)


def is_kept_under_another_name(folder: Path) -> bool:
    """keyring's own way to write would keep what the item said before."""
    profile = (folder / PROFILE).read_text()
    try:
        win32cred.CredRead(f"{USERNAME}@{SERVICE}:{profile}", win32cred.CRED_TYPE_GENERIC)
    except pywintypes.error:
        return False
    return True


def main() -> None:
    win32cred.CredWrite = write_as_windows_does
    with tempfile.TemporaryDirectory() as folder:
        vault = KeyringVault(Path(folder))
        vault.store_secret("feishu.app_secret", "s" * 64)
        vault.store_secret("outlook.client_secret", "密" * 80)
        vault.store_tokens(Side.OUTLOOK, "t" * 20_000)  # as large as tokens are: they lie in a file
        try:
            vault.store_secret("feishu.app_secret", "x" * 1300)
        except VaultUnavailable as error:
            print("too long:", error.why)
        else:
            print("too long: stored")
        vault.store_secret("outlook.client_secret", "密" * 80)  # writes the item once more
        print("replaced:", "kept" if is_kept_under_another_name(Path(folder)) else "gone")
        again = KeyringVault(Path(folder))  # as the next start of the program reads them
        print("app secret:", again.secret("feishu.app_secret") == "s" * 64)
        print("client secret:", again.secret("outlook.client_secret") == "密" * 80)
        print("tokens:", again.tokens(Side.OUTLOOK) == "t" * 20_000)


if __name__ == "__main__":
    main()
