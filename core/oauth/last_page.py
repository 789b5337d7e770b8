"""The page on which the person's browser ends after a sign-in."""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LastPage:
    """What the page says; plain text, already in the person's language."""

    title: str
    text: str
    is_success: bool
    language: str = "en"
    """As HTML names it (BCP 47): browsers choose between Chinese and Japanese shapes by it."""


NEUTRAL_HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer: nothing is kept, run, framed, guessed at or passed on."""

_FORGET_QUERY = 'history.replaceState(null, "", location.pathname)'
"""The address holds the code: out of the address bar and the way back with it. The list of visited pages may
keep it, as it would keep an address that redirects (seen in Chromium); it is spent by then."""

_STYLE = """
body { font: 18px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center;
       background: #f5f6f7; color: #1f2329 }
main { max-width: 32rem; margin: 2rem; padding: 2rem 2.5rem; border-radius: 12px; background: #fff;
       box-shadow: 0 2px 12px #0002 }
.sign { font-size: 2.5rem; line-height: 1 }
h1 { font-size: 1.5rem; margin: 1rem 0 .5rem }
p { margin: 0; white-space: pre-line }
@media (prefers-color-scheme: dark) { body { background: #1a1a1a; color: #eee } main { background: #2a2a2a } }
"""


def render(page: LastPage) -> tuple[bytes, dict[str, str]]:
    """The HTML document and its headers. Nothing of the request is in it."""
    title, text = html.escape(page.title), html.escape(page.text)
    document = f"""<!DOCTYPE html>
<html lang="{html.escape(page.language)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>{_STYLE}</style><script>{_FORGET_QUERY}</script></head>
<body><main><div class="sign" aria-hidden="true">{"✓" if page.is_success else "⚠"}</div>
<h1>{title}</h1><p>{text}</p></main></body></html>
"""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src '{_hash(_FORGET_QUERY)}'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    html_headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return document.encode(), NEUTRAL_HEADERS | html_headers


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()
