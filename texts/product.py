"""What the program is called, and which one it is."""

from __future__ import annotations

from texts.language import _

VERSION = "0.1.0"


def name() -> str:
    # Translators: the program's own name
    return _("Feishu–Outlook Sync")
