"""The catalogues against the source: nothing missing, nothing left over, nothing that can't be filled in."""

from __future__ import annotations

import ast
import functools
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from core.settings import TextLanguage
from texts import compile as catalogues

TRANSLATED = [language for language in TextLanguage if language is not TextLanguage.ENGLISH]
SOURCES = [
    file
    for folder in ("texts", "terminal", "ui")
    for file in sorted((catalogues.ROOT / folder).rglob("*.py"))
]

each_catalogue = pytest.mark.parametrize(
    ("domain", "language"), [(domain, language) for domain in catalogues.SOURCES for language in TRANSLATED]
)


@functools.cache
def extracted(domain: str) -> Catalog:
    return catalogues.extract(domain)


@each_catalogue
def test_every_sentence_is_translated_and_none_is_left_over(domain: str, language: TextLanguage) -> None:
    source = {_key(message) for message in extracted(domain) if message.id}
    catalogue = {_key(message) for message in catalogues.read(domain, language) if message.id}
    assert catalogue == source
    assert catalogues.untranslated(catalogues.read(domain, language)) == []


@each_catalogue
def test_no_translation_is_only_guessed_or_kept_for_later(domain: str, language: TextLanguage) -> None:
    catalogue = catalogues.read(domain, language)
    assert [message.id for message in catalogue if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


@each_catalogue
def test_translations_have_the_placeholders_of_the_source(domain: str, language: TextLanguage) -> None:
    for message in catalogues.read(domain, language):
        if message.id:
            wanted = set().union(*(_placeholders(text) for text in _forms(message.id)))
            for translation in _forms(message.string):
                assert _placeholders(translation) == wanted, message.id


@each_catalogue
def test_the_compiled_catalogue_is_that_of_the_text(domain: str, language: TextLanguage) -> None:
    with catalogues.path(domain, language, "mo").open("rb") as stream:
        compiled = {_key(message): message.string for message in read_mo(stream) if message.id}
    text = {_key(message): message.string for message in catalogues.read(domain, language) if message.id}
    assert {key: _forms(value) for key, value in compiled.items()} == {
        key: _forms(value) for key, value in text.items()
    }


@pytest.mark.parametrize("domain", catalogues.SOURCES)
def test_placeholders_have_names(domain: str) -> None:
    for message in extracted(domain):
        for text in _forms(message.id):
            assert all(name.isidentifier() for name in _placeholders(text)), text


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(catalogues.ROOT)))
def test_every_sentence_in_the_source_is_one_that_can_be_collected(file: Path) -> None:
    """Not an f-string, not a variable that no table has marked, not hidden inside an f-string."""
    found = {
        text for domain in catalogues.SOURCES for message in extracted(domain) for text in _forms(message.id)
    }
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        for argument in _sentences(node):
            assert not isinstance(argument, ast.JoinedStr), f"an f-string in line {argument.lineno}"
            if isinstance(argument, ast.Constant):
                assert argument.value in found, f"line {argument.lineno} is not collected"


def _sentences(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in catalogues.KEYWORDS:
        yield from node.args[: 2 if node.func.id == "ngettext" else 1]


def _key(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, tuple | list) else [str(text)]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
