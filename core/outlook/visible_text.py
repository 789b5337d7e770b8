"""What a reader of a body sees, however the service writes it. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

_UNSEEN = {"head", "script", "style", "title"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self.seen += [f" {value} " for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)


def visible_text(markup: str) -> str:
    """The words and the addresses of links, without any white space. Outlook stores a body anew, with other
    tags, references and blanks, when a person changes something else of an event."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join("".join(reader.seen).split())
