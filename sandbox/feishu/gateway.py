"""What every call of the platform passes first: token, quota, rate and scopes; and the answers' frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from sandbox.feishu.accounts import Person
from sandbox.feishu.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

READ_CALENDARS = ("calendar:calendar", "calendar:calendar:read", "calendar:calendar:readonly")
READ_PRIMARY = ("calendar:calendar:read", "calendar:calendar:readonly")
READ_EVENTS = ("calendar:calendar", "calendar:calendar.event:read", "calendar:calendar:readonly")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose calendars a call is about. With a tenant token that is the app's bot, whose calendar is empty."""

    person: Person
    scopes: frozenset[str]
    is_bot: bool = False


def admit(world: FeishuWorld, any_of: tuple[str, ...]) -> Caller:
    """Checks the call that is being served. `any_of`: one of these scopes is needed; none if empty."""
    caller = _identify(world)
    world.limits.spend_month()
    world.limits.spend(f"{request.method} {request.url_rule}")
    if any_of:
        wanted = "|".join(any_of)
        if not world.app.scopes.intersection(any_of):
            console = f"https://open.feishu.cn/app/{world.app_id}/auth?q={any_of[-1]}&op_from=openapi"
            raise Refusal(99991672, helps=[{"url": console, "description": wanted}])
        if not caller.is_bot and not caller.scopes.intersection(any_of):
            violations = [{"type": "action_privilege_required", "subject": scope} for scope in any_of]
            raise Refusal(99991679, permission_violations=violations)
    return caller


def _identify(world: FeishuWorld) -> Caller:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refusal(99991661)
    if not world.app.is_published:
        raise Refusal(99991662)
    now = world.clock()
    if token.startswith("t-"):
        if world.sessions.tenant.get(token, 0) <= now:
            raise Refusal(99991663)
        if not world.app.has_bot:
            raise Refusal(190007)
        return Caller(world.bot, frozenset(), is_bot=True)
    known = world.sessions.access.get(token)
    if known is None:
        raise Refusal(99991668)
    if known.expires <= now:
        raise Refusal(99991677)
    return Caller(known.person, known.scopes)


def success(data: dict[str, Any]) -> Response:
    return jsonify({"code": 0, "msg": "success", "data": data})


def whole_number(name: str, default: int, lowest: int, highest: int) -> int:
    """A number of the query. Raises Refusal (190002) if it is none or out of range."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise Refusal(190002, f"{name} should be between {lowest} and {highest}")
    return int(text)


def seconds(name: str) -> int | None:
    """A time of the query in seconds since 1970; None if it is not there."""
    if name not in request.args:
        return None
    return whole_number(name, 0, 1, 16725225600)


def user_id_type() -> str:
    kind = request.args.get("user_id_type", "open_id")
    if kind not in ("open_id", "union_id", "user_id"):
        raise Refusal(190002, "user_id_type is unknown")
    return kind
