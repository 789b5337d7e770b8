from __future__ import annotations

import gettext
import io
import plistlib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from core.settings import InterfaceLanguage, TextLanguage
from texts import language
from texts.language import _, ngettext


def test_the_language_can_be_switched_at_run_time() -> None:
    assert _("Feishu") == "Feishu"
    language.choose(InterfaceLanguage.CHINESE)
    assert _("Feishu") == "飞书"
    assert language.current() is TextLanguage.CHINESE
    language.choose(InterfaceLanguage.ENGLISH)
    assert _("Feishu") == "Feishu"


def test_facts_are_put_into_the_translated_sentence() -> None:
    language.choose(InterfaceLanguage.CHINESE)
    assert _("last {time}", time="14:32") == "上次 14:32"


def test_braces_in_a_fact_stay_as_they_are() -> None:
    assert _("last {time}", time="{x}") == "last {x}"


def test_chinese_has_a_blank_beside_a_latin_name_and_none_beside_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Chinese(gettext.NullTranslations):
        def gettext(self, _message: str) -> str:
            return "重新登录{account}的日历（{account}）"

    monkeypatch.setattr(language, "_catalogue", Chinese())
    assert language._("x", account="Microsoft") == "重新登录 Microsoft 的日历（Microsoft）"
    assert language._("x", account="飞书") == "重新登录飞书的日历（飞书）"


def test_a_sentence_without_facts_is_not_formatted() -> None:
    assert _("unknown {sentence}") == "unknown {sentence}"


def test_english_has_a_singular_and_chinese_has_one_form() -> None:
    assert [ngettext("{count} day", "{count} days", n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    language.choose(InterfaceLanguage.CHINESE)
    assert [ngettext("{count} day", "{count} days", n) for n in (1, 2)] == ["1 天", "2 天"]


def test_both_catalogues_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    _write_catalogue(tmp_path, "messages", {"one": "一"})
    _write_catalogue(tmp_path, "ui", {"two": "二"})
    together = language.catalogue(TextLanguage.CHINESE)
    assert [together.gettext(word) for word in ("one", "two", "three")] == ["一", "二", "three"]


@pytest.mark.parametrize("present", language.DOMAINS)
def test_a_missing_catalogue_is_tolerated(
    present: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    _write_catalogue(tmp_path, present, {"one": "一"})
    assert language.catalogue(TextLanguage.CHINESE).gettext("one") == "一"


def _write_catalogue(folder: Path, domain: str, sentences: dict[str, str]) -> None:
    catalog = Catalog(locale="zh_CN")
    for english, chinese in sentences.items():
        catalog.add(english, chinese)
    stream = io.BytesIO()
    write_mo(stream, catalog)
    file = folder / "zh_CN/LC_MESSAGES" / f"{domain}.mo"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(stream.getvalue())


POSIX_CASES = {
    "nothing set": ({}, TextLanguage.ENGLISH),
    "LANG alone": ({"LANG": "zh_CN.UTF-8"}, TextLanguage.CHINESE),
    "LC_ALL beats LANG": ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, TextLanguage.ENGLISH),
    "LC_MESSAGES beats LANG": ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, TextLanguage.CHINESE),
    "LANGUAGE comes first": ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, TextLanguage.CHINESE),
    "LANGUAGE's first that we speak": ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh:en"}, TextLanguage.CHINESE),
    "LANGUAGE does not count in C": ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, TextLanguage.ENGLISH),
    "any Chinese is nearer than English": ({"LANG": "zh_TW.UTF-8"}, TextLanguage.CHINESE),
    "another language": ({"LANG": "fr_FR.UTF-8"}, TextLanguage.ENGLISH),
    "an empty variable is none": ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, TextLanguage.CHINESE),
}


@pytest.mark.parametrize("case", POSIX_CASES)
def test_auto_follows_the_locale(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variables, expected = POSIX_CASES[case]
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.choose(InterfaceLanguage.AUTO) is expected


def test_auto_follows_the_preferences_of_macos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    preferences = tmp_path / "Library/Preferences/.GlobalPreferences.plist"
    preferences.parent.mkdir(parents=True)
    preferences.write_bytes(plistlib.dumps({"AppleLanguages": ["zh-Hans-CN", "en-CN"]}))
    assert language.system_language() is TextLanguage.CHINESE


@pytest.mark.parametrize("content", [b"no property list", plistlib.dumps({"AppleLanguages": []})])
def test_preferences_of_macos_that_say_nothing_mean_english(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    preferences = tmp_path / "Library/Preferences/.GlobalPreferences.plist"
    preferences.parent.mkdir(parents=True)
    preferences.write_bytes(content)
    assert language.system_language() is TextLanguage.ENGLISH
