from __future__ import annotations

from dataclasses import astuple

from core.settings import InterfaceLanguage, TextLanguage
from texts import language
from texts.copy_words import copy_words


def test_copies_speak_the_language_of_their_pair_whatever_the_interface_speaks() -> None:
    language.choose(InterfaceLanguage.CHINESE)
    assert copy_words(TextLanguage.ENGLISH).no_title == "(No title)"
    assert copy_words(TextLanguage.ENGLISH).busy == "Busy"
    language.choose(InterfaceLanguage.ENGLISH)
    assert copy_words(TextLanguage.CHINESE).no_title == "（无标题）"
    assert copy_words(TextLanguage.CHINESE).busy == "忙碌"


def test_no_word_is_the_same_in_both_languages() -> None:
    english, chinese = (astuple(copy_words(each)) for each in TextLanguage)
    assert all(english)
    assert not set(english) & set(chinese)
