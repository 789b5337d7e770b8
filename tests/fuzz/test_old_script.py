"""tokens.yaml, whatever it holds: taken over, or refused without a word of what is in it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from core.old_script import OldScript, OldScriptRefused, parse
from tests.core.test_old_script import DUMPED
from tests.fuzz.effort import fuzz
from tests.fuzz.mutation import TEXTS, cut
from tests.fuzz.work import at_most, in_memory_of

WORK = 300_000
MEMORY = 20_000_000
LINES = (
    *("feishu:", "outlook:", "  app_info:", "    app_id: cli_x", "    app_secret: 's'", "    client_id: 0-1"),
    *(
        "client_secret: abc",
        "tenant: common",
        "tenant: .",
        "app_id: cli_y",
        "APP-ID: z",
        "feishu_outlook_secret: 1",
    ),
    *(
        "- a",
        "  - b: c",
        "---",
        "...",
        "# x",
        "",
        "\t",
        "? x",
        "a: b: c",
        "a: [1, 2]",
        "a: {b: c}",
        "a: |",
        "a: >-",
    ),
    *(
        "a: &x b",
        "a: *x",
        "<<: *x",
        "a: !!python/object:os.system x",
        "%YAML 1.2",
        "a: 'it''s'",
        'a: "\\u0000"',
    ),
    *(
        'a: "\\ud800"',
        'a: "open',
        '  more"',
        "a: ~",
        "app_id: " + "x" * 2000,
        " " * 300 + "deep: 1",
        "é: 中",
        "\0: \0",
    ),
    *(
        "app_secret: canary of a secret",
        "app_secret: \x1b[31m",
        "token: secret-canary",
        "refresh_token: secret-canary",
    ),
)
BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
files = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=12).map(lambda lines: "\n".join(lines).encode()),
    cut(DUMPED.encode()),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=40),
)


def understood(content: bytes) -> OldScript | OldScriptRefused:
    """Any other error is a failure."""
    try:
        return parse(content)
    except OldScriptRefused as refusal:
        return refusal


@fuzz(160, content=files)
def test_any_file_is_taken_over_or_refused(content: bytes) -> None:
    with at_most(WORK):
        found = understood(content)
    if isinstance(found, OldScriptRefused):
        assert found.why
        assert "canary" not in repr(found)
        return
    for name, value in found.values.items():
        assert name.partition(".")[0] in {"feishu", "outlook"}
        assert value
        assert value.isascii()


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "\n".join(" " * depth + "a:" for depth in range(400)),
        "a: '" + "''" * 40_000,
        'a: "' + "\\\n" * 30_000,
        "a b" * 30_000,
        "app_id: x\n" + "- " * 40_000,
        "".join(f"k{number}:\n" for number in range(5000)),
    ],
)
def test_a_large_file_takes_little(text: str) -> None:
    with in_memory_of(MEMORY), at_most(10 * len(text) + WORK):
        assert isinstance(understood(text.encode()), OldScriptRefused)


def test_a_file_beyond_all_limits_is_not_looked_at() -> None:
    with at_most(100):
        assert isinstance(understood(b"app_id: x\n" * 1_000_000), OldScriptRefused)


@pytest.mark.parametrize(
    "line", ["app_secret: {} x", "app_id: '{}'", 'client_secret: "{}\\x"', "token: [{}]", "{}: &a"]
)
def test_a_refusal_says_nothing_of_what_stands_there(line: str) -> None:
    found = understood(line.format("canary é").encode())
    assert isinstance(found, OldScriptRefused)
    assert "canary" not in repr(found)
