"""What copies say, by the whole program over real sockets: as written, safe, and never written twice."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.settings import PairSettings, Privacy
from tests.whole.installed import Installed

NEVER_SETTLES = (
    "a\u00a0b\u202fc\u200bd 🖊\ufe0f \"quoted\" 'too' &amp; x < 3  \r\nsecond\tline   end  \nthird\r\n\r\n\n"
    "https://example.com/a?b=1&_s=2&copy=3&c=%2520x"
)
PLAIN = "Ask <wei@example.com> if x < 3 & y > 5\nhttps://example.com/a?b=1&_s=2&copy=3&c=%2520x\n<3 Tuesday>"
RICH = (
    '<p onclick="steal()">Agenda "1"</p>\n<ul>\n<li>One</li>\n<li>Two  2</li>\n</ul><script>alert(1)</script>'
    '<img src="https://evil.example/x.gif"><table><tr><td colspan="2">cell</td></tr></table>'
    '<a href="https://example.com/?a=1&amp;copy=2">link</a>'
)


def add(installed: Installed, title: str, **details: Any) -> str:
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    return installed.sandbox.feishu.add_event(
        installed.calendar, title, start, start + timedelta(hours=1), recurrence="", **details
    )


def copies(installed: Installed) -> list[dict[str, Any]]:
    return list(installed.sandbox.microsoft.events(installed.mirror))


def body(installed: Installed) -> str:
    (copy,) = copies(installed)
    return str(copy["body"]["content"])


def seen(page: str) -> str:
    text = re.sub(r"\s*\r\n\s*", "", page.partition("<body>")[2])
    return html.unescape(re.sub(r"<[^>]*>", "", text.replace("<br>", "\n")))


def links(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


def writes(installed: Installed) -> list[str]:
    return [request.method for request in installed.sandbox.journal.writes()]


@pytest.mark.parametrize(
    "text", [NEVER_SETTLES, PLAIN, RICH, "会议" * 20_480], ids=["odd", "plain", "rich", "long"]
)
def test_what_outlook_rewrites_is_never_written_again_and_a_changed_word_once(
    installed: Installed, text: str
) -> None:
    details = {
        "vchat": {"vc_type": "vc", "meeting_url": "vc.feishu.cn/j/1"},
        "location": {"name": "“Room” 'A'"},
    }
    event = add(installed, 'Review "Q3"  👨\u200d👩\u200d👧', description=text, **details)
    assert installed.run().pairs[0].created == 1
    for _ in range(5):
        installed.run()
        assert writes(installed) == []
    installed.restart(without_ledger=True)
    installed.run()
    assert writes(installed) == []
    (copy,) = copies(installed)
    installed.sandbox.microsoft.edit_event(copy["id"], {"categories": ["Mine"]})
    installed.run()
    assert writes(installed) == []
    installed.sandbox.feishu.change_event(installed.calendar, event, description="word " + text)
    installed.run()
    assert writes(installed) == ["PATCH"]
    assert "word" in body(installed)
    installed.run()
    assert writes(installed) == []


def test_plain_text_is_read_as_it_was_written(installed: Installed) -> None:
    add(installed, "Plain", description=PLAIN)
    installed.run()
    page = body(installed)
    assert PLAIN in seen(page)
    assert links(page)[0] == "https://example.com/a?b=1&_s=2&copy=3&c=%2520x"


def test_rich_text_keeps_structure_and_links_and_nothing_active(installed: Installed) -> None:
    add(installed, "Rich", description=RICH)
    installed.run()
    sent = [str(request.body) for request in installed.sandbox.journal.writes()]
    page = body(installed)
    for kept in ("<p>Agenda", "<ul>", "<li>One</li>", "<td>cell</td>"):
        assert kept in page
    assert links(page)[0] == "https://example.com/?a=1&copy=2"
    for active in ("script", "alert", "onclick", "evil", "<img"):
        assert active not in page
        assert not [each for each in sent if active in each]


def test_text_that_pretends_to_end_the_page_leaves_the_footer_intact(installed: Installed) -> None:
    add(installed, "End", description="before </body></html> after")
    installed.run()
    page = body(installed)
    assert "before </body></html> after" in seen(page)
    assert page.count("</body>") == 1
    assert seen(page).rstrip().endswith("Open in Feishu")


def test_a_long_description_says_that_it_was_cut_and_where_the_whole_is(installed: Installed) -> None:
    add(installed, "Long", description="<p>词 &amp; word</p>" * 2_000)
    installed.run()
    page = body(installed)
    assert "shortened; the whole text is in Feishu" in seen(page)
    assert page.count("<p>") == page.count("</p>") < 2_000
    assert "applink" in links(page)[-1]


def test_a_meeting_is_the_first_line_and_the_place_where_there_is_no_other(installed: Installed) -> None:
    add(installed, "Call", description="x", vchat={"vc_type": "vc", "meeting_url": "vc.feishu.cn/j/1"})
    installed.run()
    (copy,) = copies(installed)
    assert seen(copy["body"]["content"]).startswith("Join the meeting: https://vc.feishu.cn/j/1")
    assert links(copy["body"]["content"])[0] == "https://vc.feishu.cn/j/1"
    assert copy["location"]["displayName"] == "https://vc.feishu.cn/j/1"


@pytest.mark.parametrize("privacy", list(Privacy))
def test_a_title_of_odd_characters_fits_and_settles(installed: Installed, privacy: Privacy) -> None:
    installed.installation.save_settings(
        replace(installed.settings, pairs=(PairSettings("work", privacy=privacy, title_prefix="[F] "),))
    )
    for title in (
        "\u202eevil",
        "👨\u200d👩\u200d👧" * 60,
        "שלום \u2067x",
        "a\r\nb\u2028c",
        "\u200b",
        "e\u0301" * 300,
    ):
        add(installed, title)
    assert installed.run().pairs[0].created == 6
    subjects = [str(copy["subject"]) for copy in copies(installed)]
    assert all(subject.startswith("[F] ") for subject in subjects)
    assert all(len(subject.encode("utf-16-le")) <= 2 * 255 for subject in subjects)
    assert all(subject.count("\u202e") == subject.count("\u202c") for subject in subjects)
    installed.run()
    assert writes(installed) == []
