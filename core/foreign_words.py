"""Words of a service that may stand in a log, a report, the ledger: those that can be no secret. Pure.

Whatever answers in a service's place may echo what it was asked with, tokens too, in any field.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[A-Za-z][A-Za-z_.]{1,79}\d{0,3}", re.ASCII)
_REQUEST = re.compile(r"(?!(?:u|ur|t|a)-)[0-9A-Za-z-]{1,40}", re.ASCII)
"""Feishu's short tokens begin with "u-", "ur-", "t-" or "a-"; all others are longer."""
_SCOPE = re.compile(r"[a-z][a-z0-9_.:]{1,79}", re.ASCII)


def code(value: object) -> str:
    """The name of an error ("ErrorItemNotFound", "invalid_grant"), or nothing."""
    return _only(_CODE, value)


def request_number(value: object) -> str:
    """What the service's support asks for, or nothing."""
    return _only(_REQUEST, value)


def scope(value: object) -> str:
    """The name of a permission of Feishu ("calendar:calendar:readonly"), or nothing."""
    return _only(_SCOPE, value)


def _only(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
