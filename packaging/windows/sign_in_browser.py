"""The browser of a trial: notes each address, then says yes on the sandbox's sign-in pages as a person would.

Wine starts it where Windows would open the person's browser. It goes nowhere but to this computer.
"""

from __future__ import annotations

import re
import ssl
import sys
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

_MOST_PAGES = 6
_FIELD = re.compile(r"<(?:input|button)\b[^>]*\bname=[^>]*>")
_FORM = re.compile(r'<form\b[^>]*class="actions".*?</form>', re.DOTALL)


def main(notes: Path, url: str) -> None:
    with notes.open("a") as file:
        file.write(f"{url}\n")
    # The sandbox signs its own certificate; nothing but loopback is asked.
    trusting = HTTPSHandler(context=ssl._create_unverified_context())  # noqa: S323
    opener = build_opener(HTTPCookieProcessor(), trusting)
    data = None
    for _ in range(_MOST_PAGES):
        if urlsplit(url).hostname not in {"localhost", "127.0.0.1"}:
            return
        with opener.open(url, data, timeout=30) as answer:
            page, url = answer.read().decode("utf-8", "replace"), answer.url
        if (sent := agreement(page)) is None:
            return
        action, fields = sent
        url, data = urljoin(url, action), urlencode(fields).encode()


def agreement(page: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Where the page's form goes and what it sends when its first button is pressed. None: it has no form."""
    form = _FORM.search(page)
    if not form:
        return None
    fields = []
    for tag in _FIELD.findall(form[0]):
        fields.append((_attribute(tag, "name"), _attribute(tag, "value")))
        if tag.startswith("<button"):
            break
    opening = form[0].partition(">")[0]
    return _attribute(opening, "action"), fields


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
