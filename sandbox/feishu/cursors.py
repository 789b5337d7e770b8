"""Lists in pages, and what has changed in them since: page and sync tokens.

To callers the tokens are opaque; inside they say what they are good for and after which version to go on.
Every row has the version of its last change, so pages by version miss nothing while people change things:
what changes meanwhile moves to the end.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from flask import request

from sandbox.feishu.gateway import whole_number
from sandbox.feishu.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

LIFETIME = 90 * 86400.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the rows up to the version `after` have been sent."""

    source: str  # a calendar id, or "calendars"
    person: str  # open_id
    anchor: int | None = None  # seconds since 1970
    kind: str = ""  # "PageToken" or "SyncToken"; "" at the start
    is_increment: bool = False
    after: int = 0
    issued: float = 0.0
    epoch: int = 0

    def token(self) -> str:
        inside = json.dumps(list(asdict(self).values())).encode()
        return f"List{self.kind}_{base64.urlsafe_b64encode(inside).decode().rstrip('=')}"


def asked(world: FeishuWorld, source: str, person: str, anchor: int | None = None) -> Cursor:
    """Where the request wants to go on. Raises Refusal (190008) for tokens that are foreign or too old."""
    here = Cursor(source, person, anchor)
    if request.args.get("sync_token"):
        here = replace(_read(world, request.args["sync_token"], "SyncToken", here), is_increment=True)
    if request.args.get("page_token"):
        here = _read(world, request.args["page_token"], "PageToken", here)
    return here


def page(
    world: FeishuWorld, here: Cursor, rows: Mapping[int, T], newest: int, *, has_pages: bool = True
) -> tuple[list[T], dict[str, Any]]:
    """The next of `rows` (by version), and how to go on after them. `newest`: the list's version."""
    size = min(whole_number("page_size", 500, 50, 1000), world.quirks.longest_page)
    if here.is_increment and not world.quirks.pages_in_increments:
        size = len(rows)
    versions = sorted(version for version in rows if version > here.after)
    sent, is_last = versions[:size], len(versions) <= size or not has_pages
    follow = replace(
        here,
        kind="SyncToken" if is_last else "PageToken",
        is_increment=here.is_increment and not is_last,
        after=newest if is_last else sent[-1],
        issued=world.clock(),
        epoch=world.cursor_epoch,
    )
    says = {"has_more": not is_last, "page_token": "" if is_last else follow.token()}
    if is_last:
        says["sync_token"] = follow.token()
    return [rows[version] for version in sent], says


def _read(world: FeishuWorld, token: str, kind: str, here: Cursor) -> Cursor:
    inside = token.removeprefix(f"List{kind}_")
    try:
        cursor = Cursor(*json.loads(base64.urlsafe_b64decode(inside + "=" * (-len(inside) % 4))))
        is_old = cursor.issued + LIFETIME <= world.clock() or cursor.epoch != world.cursor_epoch
    except (ValueError, TypeError):
        raise Refusal(190008) from None
    is_ours = (cursor.kind, cursor.source, cursor.person) == (kind, here.source, here.person)
    if is_old or not is_ours or here.anchor not in (None, cursor.anchor):
        raise Refusal(190008)
    return cursor
