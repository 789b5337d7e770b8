"""What a text says arrives as it was written, and once."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.cases.calendars import Calendars

ODD = (
    "Bring\u00a0this:\u202f12\u202fkg,\u200b a pen \u270f\ufe0f and Tom &amp; Jerry   \r\n"
    "one\n\ttwo \n"
    "three\r\n\r\n\n"
)


def test_a_text_that_the_service_rewrites_is_written_once(calendars: Calendars) -> None:
    """Compared with what comes back it never settles. (phw198/OutlookGoogleCalendarSync #2269, #2090)"""
    event = calendars.add("Errands", "2027-02-01 09:00", 30, description=ODD)
    first = calendars.run()
    assert first.counts == (1, 0, 0)
    (sent,), (copy,) = first.writes, calendars.copies()
    assert sent.json["body"]["content"] != copy["body"]["content"]
    calendars.demand_quiet()
    calendars.outlook.edit_event(copy["id"], {"categories": ["Read me"]})  # has the text read again
    calendars.demand_quiet()
    calendars.installed.restart(without_ledger=True)
    calendars.demand_quiet()
    calendars.feishu.void_sync_tokens()
    calendars.outlook.expire_sync_states()
    calendars.demand_quiet()
    calendars.change(event, description=ODD.replace("three", "four"))
    step = calendars.settle()
    assert [each.method for each in step.writes] == ["PATCH"]
    (copy,) = calendars.copies()
    first_line, *others = Page.of(copy["body"]["content"]).text
    assert first_line.startswith("Bring\u00a0this:\u202f12\u202fkg,\u200b a pen \u270f\ufe0f and Tom &")
    assert [line.strip() for line in others] == ["one", "two", "four"]


PLAIN = """Ask <wei@example.com> if x < 3 & y > 5
https://example.com/a?b=1&_s=2&copy=3&c=%2520x
<3 Tuesday>"""


def test_plain_text_that_looks_like_markup_is_readable_as_written(calendars: Calendars) -> None:
    """An address in angle brackets was mutilated, a link with `&` broke the event, line breaks vanished.
    (phw198/OutlookGoogleCalendarSync #650, jobisoft/TbSync #4)"""
    page = copied(calendars, PLAIN)
    assert page.text == PLAIN.splitlines()
    assert page.links[0] == "https://example.com/a?b=1&_s=2&copy=3&c=%2520x"
    assert page.footer == "Copied from Feishu by Feishu–Outlook Sync. Open in Feishu"


RICH = (
    '<p onclick="steal()">Agenda for <b>Monday</b></p><ul><li>Budget</li><li>Hiring</li></ul>'
    '<p><a href="https://example.com/minutes?a=1&amp;b=2" onmouseover="steal()">minutes</a></p>'
    '<script>steal()</script><img src="https://tracker.example/pixel.png"><iframe src="https://x.example">'
    "</iframe>"
)


def test_rich_text_keeps_structure_and_links_and_nothing_that_acts(calendars: Calendars) -> None:
    """A description is a stranger's page in the person's own mailbox. (calcom/cal.diy PR #378)"""
    page = copied(calendars, RICH)
    assert page.text == ["Agenda for Monday", "Budget", "Hiring", "minutes"]
    assert page.links[0] == "https://example.com/minutes?a=1&b=2"
    assert {"ul", "li", "b", "a"} <= page.tags
    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "style", "link"})
    assert not {name for name in page.attributes if name.startswith("on") or name == "src"}
    assert page.footer == "Copied from Feishu by Feishu–Outlook Sync. Open in Feishu"


def test_a_text_cannot_end_the_page_that_it_is_in(calendars: Calendars) -> None:
    """Nor swallow what stands under it. (phw198/OutlookGoogleCalendarSync #650, calcom/cal.diy PR #378)"""
    page = copied(calendars, "before </body></html> after <!-- and <div")
    assert page.text == ["before </body></html> after <!-- and <div"]
    assert page.footer == "Copied from Feishu by Feishu–Outlook Sync. Open in Feishu"
    assert page.ends == {"body": 1, "html": 1}


def copied(calendars: Calendars, description: str) -> Page:
    """The copy's body as it was sent, in the page that Outlook puts around it."""
    calendars.add("Meeting", "2027-02-01 09:00", 30, description=description)
    (sent,) = calendars.settle().writes
    content = sent.json["body"]["content"]
    assert sent.json["body"]["contentType"] == "html"
    return Page.of(f"<html><head></head><body>{content}</body></html>")


@dataclass
class Page(HTMLParser):
    """A page as a person reads it. Lines that are empty are left out."""

    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    ends: dict[str, int] = field(default_factory=dict)
    _line: str = ""
    _is_hidden: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, text: str) -> Page:
        page = cls()
        page.feed(text)
        page.close()
        page._break()
        return page

    @property
    def text(self) -> list[str]:
        """What the person wrote, without what stands around it."""
        return [line for line in self.lines[:-1] if not line.startswith("Organiser: ")]

    @property
    def footer(self) -> str:
        return self.lines[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag in {"br", "div", "p", "li", "ul"}:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"body", "html"}:
            self.ends[tag] = self.ends.get(tag, 0) + 1
        if tag in {"div", "p", "li", "ul", "head"}:
            self._break()

    def handle_data(self, data: str) -> None:
        self._line += data

    def _break(self) -> None:
        if self._line.strip():
            self.lines.append(self._line)
        self._line = ""
