"""Bodies as Exchange keeps them: always HTML, wrapped, cleaned of what could run, and written in its own way:
other references, other white space, other attributes. Nobody gets back what they sent."""

import html
import re
from typing import Any

import nh3

from sandbox.microsoft.errors import unreadable_body

_HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_CLEANER = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS | {"font"},
    clean_content_tags={"script", "style", "title", "object", "iframe"},
    generic_attribute_prefixes={"data-"},
    attributes={"*": {"style", "class", "dir", "lang", "title"}, "a": {"href"}, "img": {"src", "alt"}},
    link_rel=None,
)
_BREAK = re.compile(r"(?:<br\s*/?>|</(?:p|div|li|tr|h\d)>)\s*", re.IGNORECASE)
_INVISIBLE = re.compile(r"<head>.*?</head>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")
_PREVIEW_LENGTH = 255
_TAG = re.compile(r"(<[^>]*>)")
_LINK = re.compile(r'<a href="([^"]*)">')
_LINE_END = re.compile(r"<br>|</(?:p|div|li|ul|ol|tr|table)>")
_RUN = re.compile(r"[ \t\r\n]+")
_REFERENCES = str.maketrans({'"': "&quot;", "'": "&#39;", "\u200b": "&#8203;", "\u202f": "&#8239;"})
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def stored(value: Any) -> dict[str, Any]:
    """`body` and `bodyPreview` of an event for the body that was sent. Raises GraphError."""
    if value is None:
        value = {}
    if not isinstance(value, dict) or not isinstance(value.get("content") or "", str):
        raise unreadable_body("The body must have a contentType and a content.")
    kind = str(value.get("contentType", "text")).lower()
    if kind not in ("text", "html"):
        raise unreadable_body(f"Requested value '{value['contentType']}' was not found.")
    content = value.get("content") or ""
    page = _from_text(content) if kind == "text" else _from_html(content)
    body = {"contentType": "html", "content": page if content else ""}
    return {"body": body, "bodyPreview": _SPACE.sub(" ", as_text(page)).strip()[:_PREVIEW_LENGTH]}


def as_text(page: str) -> str:
    """What the service answers for `Prefer: outlook.body-content-type="text"`."""
    return html.unescape(_INVISIBLE.sub("", _BREAK.sub("\r\n", page))).strip()


def _from_html(content: str) -> str:
    return f"{_HEAD}</head>\r\n<body>\r\n{_rewritten(_CLEANER.clean(content))}</body></html>\r\n"


def _rewritten(markup: str) -> str:
    """The same to a reader, other characters."""
    pieces = _TAG.split(_RUN.sub(" ", markup))  # text, tag, text …
    pieces[::2] = [_referenced(text) for text in pieces[::2]]
    linked = _LINK.sub(
        r'<a href="\1" target="_blank" rel="noopener noreferrer" data-auth="NotApplicable">', "".join(pieces)
    )
    return _LINE_END.sub("\\g<0>\r\n", linked)


def _referenced(text: str) -> str:
    return _BEYOND_BMP.sub(lambda found: f"&#{ord(found[0])};", text.translate(_REFERENCES))


def _from_text(content: str) -> str:
    lines = html.escape(content, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
    style = "<!-- converted from text --><style><!-- .EmailQuote { margin-left: 1pt; } --></style>"
    open_tags = '<font size="2"><span style="font-size:11pt;"><div class="PlainText">'
    return f"{_HEAD}{style}</head>\r\n<body>{open_tags}{lines}</div></span></font></body></html>"
