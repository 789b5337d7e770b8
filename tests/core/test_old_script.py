"""The old script's file: every usual spelling is understood, the rest is refused, and nothing is quoted."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.old_script import OldScriptRefused, parse
from core.plain_yaml import Entry, NotPlain, read

DUMPED = r"""calendar_pairs:
- feishu:
    id: feishu.cn_x@group.calendar.feishu.cn
    name: 'a: b'
  outlook:
    id: AAA
feishu:
  app_info:
    app_id: cli_a1b2c3
    app_secret: s3cr3t
  calendars:
    feishu.cn_x@group.calendar.feishu.cn: "\u5F20\u4E09\xE9 \U0001F3A7 and so on and on\
      \ to the next line"
    feishu.cn_y@group.calendar.feishu.cn: a name of many words that PyYAML
      folds: not a key
  empty: {}
outlook:
  app_info:
    client_id: 0000-1111
    client_secret: abc~8Q
    tenant_id: null
  authenticated: true
"""


def why(text: str | bytes) -> tuple[str, int]:
    with pytest.raises(OldScriptRefused) as caught:
        parse(text.encode() if isinstance(text, str) else text)
    return caught.value.why, caught.value.line


def test_what_the_script_itself_wrote_is_understood() -> None:
    dumped = DUMPED.replace("      folds: not a key\n", "      folds into two lines\n")
    found = parse(dumped.encode())
    assert found.values == {
        "feishu.app_id": "cli_a1b2c3",
        "feishu.app_secret": "s3cr3t",
        "outlook.client_id": "0000-1111",
        "outlook.client_secret": "abc~8Q",
    }
    assert found.not_taken == ("calendar_pairs", "feishu.calendars", "feishu.empty", "outlook.authenticated")


def test_a_mapping_inside_a_text_is_refused() -> None:
    assert why(DUMPED) == ("syntax", 15)


SPELLINGS = {
    "app_id: x": {"feishu.app_id": "x"},
    "APP_ID: x": {"feishu.app_id": "x"},
    "FEISHU_APP_ID: x": {"feishu.app_id": "x"},
    "feishuAppId: x": {"feishu.app_id": "x"},
    "lark-app-id: x": {"feishu.app_id": "x"},
    "feishu_app_secret: x": {"feishu.app_secret": "x"},
    "feishu:\n  client_id: x\n  client_secret: y": {"feishu.app_id": "x", "feishu.app_secret": "y"},
    "lark:\n    app_id: x": {"feishu.app_id": "x"},
    "client_id: x": {"outlook.client_id": "x"},
    "client_secret: x": {"outlook.client_secret": "x"},
    "tenant: x": {"outlook.tenant": "x"},
    "AZURE_TENANT_ID: x": {"outlook.tenant": "x"},
    "ms365:\n app_id: x\n secret: y": {"outlook.client_id": "x", "outlook.client_secret": "y"},
    "outlook:\n  tenant_id: x": {"outlook.tenant": "x"},
    "microsoft:\n  application_id: x": {"outlook.client_id": "x"},
    "\ufeff---\n# a comment\napp_id: x # another": {"feishu.app_id": "x"},
    "app_id: 'x'\r\nclient_id: \"y\"\r\n": {"feishu.app_id": "x", "outlook.client_id": "y"},
    "'app_id' : x": {"feishu.app_id": "x"},
    "app_secret: a#b": {"feishu.app_secret": "a#b"},
    "app_secret: '#it''s:{x}'": {"feishu.app_secret": "#it's:{x}"},
    'app_secret: "a\\"b"': {"feishu.app_secret": 'a"b'},
    "app_id: x\nfeishu:\n  app_id: x": {"feishu.app_id": "x"},
    "app_id: x\nclient_id: null\nclient_secret: ~\ntenant: your_tenant_id": {"feishu.app_id": "x"},
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_usual_spellings_mean_what_they_say(text: str) -> None:
    assert parse(text.encode()).values == SPELLINGS[text]


@pytest.mark.parametrize(
    "text", ["feishu:\n  tenant_id: x", "feishu_outlook_app_id: x", "id: x", "token_secret: x", "secret: x"]
)
def test_what_could_be_anything_is_not_taken(text: str) -> None:
    assert why(text) == ("nothing", 0)


def test_tokens_are_seen_and_not_taken() -> None:
    found = parse(b"app_id: x\ntokens:\n  client_secret: y\nuser_access_token: z\n")
    assert found.has_tokens
    assert found.values == {"feishu.app_id": "x"}
    assert found.not_taken == ("tokens.client_secret", "user_access_token")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app_id: &a x", ("syntax", 1)),
        ("app_id: *a", ("syntax", 1)),
        ("app_id: !!str x", ("syntax", 1)),
        ("a: 1\napp_id: |\n  x", ("syntax", 2)),
        ("app_id: >-\n  x", ("syntax", 1)),
        ("app_id: {a: b}", ("syntax", 1)),
        ("app_id: [a]", ("syntax", 1)),
        ("<<: *a\napp_id: x", ("syntax", 1)),
        ("? app_id\n: x", ("syntax", 1)),
        ("app_id: a: b", ("syntax", 1)),
        ("app_id: 'x", ("syntax", 1)),
        ("app_id: 'x' y", ("syntax", 1)),
        ("app_id: x\n---\napp_id: y", ("syntax", 2)),
        ("\tapp_id: x", ("syntax", 1)),
        ("a:\n   app_id: x\n  b: y", ("syntax", 3)),
        ("a:\n  app_id: x\n    b: y", ("syntax", 3)),
        (" a: x\nb: y", ("syntax", 2)),
        ("app_id: x\n- y", ("syntax", 2)),
        ("just words", ("syntax", 1)),
        ("[1, 2]", ("syntax", 1)),
        ("a: 1\na: 2", ("twice", 2)),
        ("app_id:\n  - x", ("value", 1)),
        ("app_id: x\n  y", ("value", 1)),
        ('app_id: "\\x41"', ("value", 1)),
        ("app_secret: 'a\n  b'", ("value", 1)),
        ("app_id: a b", ("value", 1)),
        ("tenant: a/b", ("value", 1)),
        ("app_secret: " + "x" * 1001, ("value", 1)),
        ("app_id: x\nb: 1\nfeishu_app_id: y", ("ambiguous", 3)),
        (b"app_id: \xe9", ("encoding", 0)),
        (b"\xff\xfea\x00", ("encoding", 0)),
        (b" " * 1_000_001, ("too large", 0)),
        ("", ("nothing", 0)),
        ("# only a comment", ("nothing", 0)),
    ],
)
def test_all_else_is_refused_with_its_line(text: str | bytes, expected: tuple[str, int]) -> None:
    assert why(text) == expected


def test_what_was_found_and_what_was_refused_do_not_show_values() -> None:
    assert "canary" not in repr(parse(b"app_secret: canary"))
    assert "canary" not in repr(Entry(("a",), 1, "canary"))
    with pytest.raises(OldScriptRefused) as caught:
        parse(b"app_secret: canary\nfeishu_app_secret: other-canary")
    assert "canary" not in repr(caught.value) + str(caught.value.__context__)


KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=20)
STYLES = st.sampled_from(["'", '"'])
TREES = st.recursive(
    st.tuples(TEXTS, STYLES), lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=8
)
Tree = dict[str, "Tree"] | tuple[str, str]


def written(tree: Tree, indent: str = "") -> str:
    if isinstance(tree, tuple):
        text, style = tree
        return " " + ("'" + text.replace("'", "''") + "'" if style == "'" else json.dumps(text)) + "\n"
    lines = [f"{indent}{key}:{written(value, indent + '  ')}" for key, value in tree.items()]
    return ("\n" if indent else "") + "".join(lines)


def leaves(tree: Tree, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if isinstance(tree, tuple):
        return {path: tree[0]}
    found: dict[tuple[str, ...], str] = {}
    for key, value in tree.items():
        found |= leaves(value, (*path, key))
    return found


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
def test_any_mapping_of_quoted_texts_is_read_as_it_was_written(tree: dict[str, Tree]) -> None:
    assert {entry.path: entry.text for entry in read(written(tree))} == leaves(tree)


@given(st.text("ab:-'\"#\\ \n\t{}&*|>?~", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        entries = read(text)
        lines = [entry.line for entry in entries]
    except NotPlain as refused:
        lines = [refused.line]
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@given(st.binary(max_size=200))
def test_any_bytes_are_understood_or_refused(raw: bytes) -> None:
    with contextlib.suppress(OldScriptRefused):
        assert parse(raw).values


@pytest.mark.parametrize("line", ["a" * 99 + " ", "'\n", "- x\n", '"\n', "a:\n", "\\"])
def test_a_file_of_the_largest_size_is_no_burden(line: str) -> None:
    raw = ("k: " + line * (999_000 // len(line))).encode()
    with pytest.raises(OldScriptRefused):
        parse(raw)
