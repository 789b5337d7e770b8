"""Collects the sentences of the source into the catalogues and compiles them: python -m texts.compile

For developers (it needs Babel). New sentences appear in the .po with an empty translation; those that
the source no longer has are dropped. Nothing here depends on the day or the machine: running it twice changes
nothing. With the name of a domain only that one: python -m texts.compile messages
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.settings import TextLanguage
from texts.language import LOCALE

ROOT = Path(__file__).parent.parent
SOURCES = {"messages": ("texts", "terminal"), "ui": ("ui",)}
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "mark": None, "ngettext": (1, 2)}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""A fixed date for the header: a build is the same whenever it is made."""


def extract(domain: str) -> Catalog:
    """The sentences of the source, with where they stand and the notes for translators."""
    found = Catalog(project="Feishu-Outlook Sync", creation_date=EPOCH)
    for folder in SOURCES[domain]:
        for file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            where = [(f"{folder}/{file}", 0)]
            found.add(message, None, where, auto_comments=comments, context=context)
    return found


def path(domain: str, language: TextLanguage, suffix: str) -> Path:
    return LOCALE / language.value / "LC_MESSAGES" / f"{domain}.{suffix}"


def read(domain: str, language: TextLanguage) -> Catalog:
    """The catalogue as translators left it; an empty one where there is no file yet."""
    file = path(domain, language, "po")
    if not file.exists():
        return Catalog(locale=language.value, domain=domain, creation_date=EPOCH)
    with file.open("rb") as stream:
        return read_po(stream, locale=language.value, domain=domain)


def update(domain: str, language: TextLanguage) -> Catalog:
    catalog = read(domain, language)
    catalog.update(extract(domain), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = EPOCH
    catalog.project, catalog.version, catalog.fuzzy = "Feishu-Outlook Sync", "", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.header_comment = (
        f"# Sentences of {', '.join(SOURCES[domain])}. Written by python -m texts.compile; translate here."
    )
    return catalog


def compiled(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def text(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalog, sort_by_file=True, width=110, include_lineno=False, omit_header=False)
    return stream.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The English of what has no translation, or not in every plural form."""
    found = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(forms):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def main(domains: Sequence[str]) -> None:
    for domain in domains:
        for language in TextLanguage:
            if language is TextLanguage.ENGLISH:
                continue
            catalog = update(domain, language)
            path(domain, language, "po").parent.mkdir(parents=True, exist_ok=True)
            path(domain, language, "po").write_bytes(text(catalog))
            path(domain, language, "mo").write_bytes(compiled(catalog))
            missing = len(untranslated(catalog))
            print(f"{domain} {language.value}: {len(catalog)} sentences, {missing} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:] or list(SOURCES))
