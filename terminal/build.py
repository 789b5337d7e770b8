"""Puts the real installation together: the only place of terminal/ that knows what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import logs, places
from core.installation import Installation
from core.ports import Vault
from core.settings import LogLevel
from core.vault import KeyringVault
from terminal.arguments import Options
from texts.copy_words import copy_words
from texts.last_page import last_page


def data_dir(options: Options) -> Path:
    return options.data_dir or places.default_data_dir()


def installation(options: Options) -> Installation:
    """The real one, with the operating system's keyring. Not opened yet."""
    directory = data_dir(options)
    return new_installation(directory, KeyringVault(directory))


def new_installation(directory: Path, vault: Vault) -> Installation:
    return Installation(directory, vault, words=copy_words, pages=last_page)


@contextmanager
def opened(installation: Installation, *, exclusive: bool) -> Iterator[None]:
    installation.open(exclusive=exclusive)
    try:
        yield
    finally:
        installation.close()


def start_logs(options: Options, level: LogLevel) -> None:
    """With --json and --verbose the log is on stderr as well."""
    logs.start(data_dir(options), level, on_stderr=options.as_json or options.verbose)
