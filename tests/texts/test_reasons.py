from __future__ import annotations

import re
from pathlib import Path

import pytest

import core.reasons
from core.reasons import Code, because
from core.report import Action, Reason
from core.settings import TextLanguage
from texts import reasons


@pytest.mark.parametrize("code", Code)
def test_every_reason_has_a_sentence(code: Code, each_language: TextLanguage) -> None:
    sentence = reasons.sentence(because(code, **dict.fromkeys(_documented(code), "zyx")))
    assert sentence
    assert not re.search(r"[{}?]", sentence)
    assert sentence.count("zyx") == len(_documented(code))
    if each_language is TextLanguage.CHINESE:
        assert re.search(r"[一-鿿]", sentence)


def _documented(code: Code) -> list[str]:
    """The facts that core/reasons.py names behind a code."""
    source = Path(core.reasons.__file__).read_text(encoding="utf-8")
    line = next(line for line in source.splitlines() if line.strip().startswith(f"{code.name} ="))
    return line.partition("#")[2].replace(",", " ").split()


def test_no_two_reasons_sound_the_same(each_language: TextLanguage) -> None:
    sentences = [reasons.sentence(because(code)) for code in Code]
    assert len(set(sentences)) == len(sentences)


def test_a_fact_that_did_not_come_is_a_question_mark() -> None:
    assert reasons.sentence(because(Code.TOO_MANY_DELETIONS, count="34")) == "34 of ? would be deleted"


def test_a_reason_of_a_newer_version_is_shown_as_it_is() -> None:
    assert reasons.sentence(Reason("struck by lightning")) == "struck by lightning"


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_word(action: Action, each_language: TextLanguage) -> None:
    assert reasons.action(action)
