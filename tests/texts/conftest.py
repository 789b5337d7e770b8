from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.settings import InterfaceLanguage, TextLanguage
from texts import language


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    language.choose(InterfaceLanguage.ENGLISH)
    yield
    language.choose(InterfaceLanguage.ENGLISH)


@pytest.fixture(params=list(TextLanguage), ids=lambda chosen: chosen.value)
def each_language(request: pytest.FixtureRequest) -> TextLanguage:
    return language.choose(InterfaceLanguage(request.param.value))
