"""The language of the interface, and the functions that every sentence for people goes through.

    _("{count} events are held", count=3)                  translated now
    ngettext("{count} event", "{count} events", count=3)   with the right plural
    mark("you declined it")                                in a table: collected here, given to `_` later

Placeholders are keywords, so that a translation may reorder them; never an f-string inside `_`.
A comment that starts with "Translators:" above a message reaches the catalogue.

Two catalogues answer as one: `messages` (texts/ and terminal/) and `ui`; English is the source.
"""

from __future__ import annotations

import gettext
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from core.settings import InterfaceLanguage, TextLanguage

LOCALE = Path(__file__).parent / "locale"
DOMAINS = ("messages", "ui")


def catalogue(language: TextLanguage) -> gettext.NullTranslations:
    """Every sentence of `language`; a sentence, or a whole catalogue, that is missing stays English."""
    if language is TextLanguage.ENGLISH:
        return gettext.NullTranslations()
    together = gettext.NullTranslations()
    for domain in DOMAINS:
        together.add_fallback(gettext.translation(domain, LOCALE, [language.value], fallback=True))
    return together


_language = TextLanguage.ENGLISH
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def choose(language: InterfaceLanguage) -> TextLanguage:
    """Sets the language of the whole program from now on, in every thread. Returns what AUTO came to."""
    global _language, _catalogue
    chosen = system_language() if language is InterfaceLanguage.AUTO else TextLanguage(language.value)
    _language, _catalogue = chosen, catalogue(chosen)
    return chosen


def current() -> TextLanguage:
    return _language


def _(message: str, /, **facts: object) -> str:
    return _fill(_catalogue.gettext(message), facts)


def ngettext(singular: str, plural: str, /, count: int, **facts: object) -> str:
    """`count` chooses the form and fills the placeholder {count}."""
    return _fill(_catalogue.ngettext(singular, plural, count), {"count": count, **facts})


def mark(message: str, /) -> str:
    return message


_LATIN_NAMES = {"Microsoft", "Outlook"}
_HAN = "\u4e00-\u9fff"


def _fill(sentence: str, facts: Mapping[str, object]) -> str:
    return _with_blanks(sentence, facts).format_map(facts) if facts else sentence


def _with_blanks(sentence: str, facts: Mapping[str, object]) -> str:
    """Chinese has a blank between its characters and a Latin name; "飞书" in the same place has none."""
    for name, fact in facts.items():
        if fact in _LATIN_NAMES:
            place = re.escape(f"{{{name}}}")
            sentence = re.sub(f"(?<=[{_HAN}])(?={place})|(?<={place})(?=[{_HAN}])", " ", sentence)
    return sentence


def system_language() -> TextLanguage:
    """The language that this person uses the computer in, as near as we have it."""
    return TextLanguage.CHINESE if _system_locale().lower().startswith("zh") else TextLanguage.ENGLISH


def _system_locale() -> str:
    if sys.platform == "win32":
        return _windows_locale()
    if sys.platform == "darwin":
        return _macos_locale() or _posix_locale()
    return _posix_locale()


def _posix_locale() -> str:
    """LANGUAGE is a list; it counts where the locale is not C (GNU gettext, "The LANGUAGE variable")."""
    locale = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "C"
    )
    if locale.partition(".")[0] in {"C", "POSIX"}:
        return "C"
    preferred = os.environ.get("LANGUAGE", "").split(":")
    return next((entry for entry in preferred if entry[:2] in {"en", "zh"}), locale)


def _windows_locale() -> str:
    import ctypes
    import locale

    identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]  # Windows only
    return locale.windows_locale.get(identifier, "")


def _macos_locale() -> str:
    """A program that the Finder starts has no LANG; the person's list is in the global preferences."""
    import plistlib

    try:
        with (Path.home() / "Library/Preferences/.GlobalPreferences.plist").open("rb") as file:
            return str(plistlib.load(file)["AppleLanguages"][0])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
