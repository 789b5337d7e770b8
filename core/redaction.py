"""Takes out of a text what could be a secret. Rather too much than too little. Pure.

The time it takes grows with the text and no faster, whatever is in it: services choose what is logged of
their answers. So names and looks have a bounded length or begin where a word begins, and what need not be
tried again is not (`*+`).
"""

from __future__ import annotations

import re

GAP = "[…]"

_NAMES = (
    r"(?:secret|token|passw(?:or)?d|assertion|verifier|ticket|access_?key|authorization|cookie"
    r"|client_info|nonce)[\w-]{0,50}"
)
_IS = r"""(?:\\*["'])?\s*(?:=|:|%3[AaDd])\s*"""
_VALUE = r"""(?:b?"(?:[^"\\]|\\.)*"|b?'(?:[^'\\]|\\.)*'|(?:(?:Bearer|Basic)\s+)?[^\s&,;)}\]]+)"""

_RANDOM = r"[\w.~+=!*-]"

_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE if is_caseless else 0), replacement)
    for pattern, replacement, is_caseless in (
        # what names itself: in forms, addresses, JSON, headers and Python's own notation
        (rf"({_NAMES}{_IS}){_VALUE}", rf"\1{GAP}", True),
        # an authorization code, and the state that guards it; an error code is neither
        (r"([?&](?:code|state)(?:=|%3D))[^\s&\"'#]+", rf"\1{GAP}", True),
        (
            r"""(\b(?:code|state)(?:\\*["'])?\s*[=:]\s*\\*["']?)(?=[^\s"'&]{0,200}[\d_.-])(?!\d+\b)[^\s"'&\\]{16,}""",
            rf"\1{GAP}",
            True,
        ),
        (r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", rf"\1 {GAP}", True),
        # a user name and password in an address
        (r"(://)[^\s/@:]*:[^\s/@]*@", rf"\1{GAP}@", True),
        # what is recognised by its look: JWTs, Feishu's tokens, long random texts
        (r"\beyJ[\w-]{5,1000}+\.[\w-]+(?:\.[\w-]*)?", GAP, False),
        (r"\b(?:u|ur|t|a)-[\w.-]{16,}", GAP, False),
        (
            rf"(?<!{_RANDOM})(?={_RANDOM}*[a-z])(?={_RANDOM}*[A-Z])(?={_RANDOM}*\d){_RANDOM}{{60,}}+",
            GAP,
            False,
        ),
    )
)


def redact(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
