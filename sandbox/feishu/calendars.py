"""Who the caller is, and which calendars they have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.feishu import cursors, wire
from sandbox.feishu.accounts import PersonState
from sandbox.feishu.gateway import READ_CALENDARS, READ_PRIMARY, Caller, admit, success, user_id_type
from sandbox.feishu.refusals import Refusal
from sandbox.feishu.rows import Calendar

if TYPE_CHECKING:
    from sandbox.feishu.world import FeishuWorld

_CALENDAR_ID = re.compile(r"(feishu\.cn|larksuite\.com)_\w+@group\.calendar\.(feishu\.cn|larksuite\.com)")
_UNUSABLE = ("google", "exchange")
_USER_STATES = {PersonState.GONE: 20008, PersonState.RESIGNED: 20021, PersonState.FROZEN: 20022}
_CALENDARS = "/open-apis/calendar/v4/calendars"


def blueprint(world: FeishuWorld) -> Blueprint:
    routes = Blueprint("calendars", __name__)

    @routes.get("/open-apis/authen/v1/user_info")
    def user_info() -> Response:
        try:
            caller = admit(world, ())
        except Refusal as refusal:
            raise Refusal(20005) if refusal.code == 99991668 else refusal from None
        if caller.is_bot:
            raise Refusal(99991663)
        person = caller.person
        if person.state in _USER_STATES:
            raise Refusal(_USER_STATES[person.state])
        pictures = dict.fromkeys(("avatar_url", "avatar_thumb", "avatar_middle", "avatar_big"), "")
        ids = {"open_id": person.open_id, "union_id": person.union_id, "tenant_key": "tk_sandbox"}
        return success({"name": person.name, "en_name": person.name, **pictures, **ids})

    @routes.post(_CALENDARS + "/primary")
    def primary() -> Response:
        caller = admit(world, READ_PRIMARY)
        calendar = wire.calendar(world.primary_of(caller.person), caller.person)
        return success(
            {"calendars": [{"calendar": calendar, "user_id": caller.person.id_of_type(user_id_type())}]}
        )

    @routes.get(_CALENDARS)
    def calendars() -> Response:
        return success(_list(world, admit(world, READ_CALENDARS)))

    @routes.get(_CALENDARS + "/<calendar_id>")
    def calendar(calendar_id: str) -> Response:
        caller = admit(world, READ_CALENDARS)
        return success(wire.calendar(find(world, caller, calendar_id), caller.person))

    return routes


def find(world: FeishuWorld, caller: Caller, calendar_id: str) -> Calendar:
    """The calendar, if the caller has any role in it. `primary` is understood."""
    if calendar_id == "primary":
        return world.primary_of(caller.person)
    if not _CALENDAR_ID.fullmatch(calendar_id):
        raise Refusal(191001)
    calendar = world.calendars.get(calendar_id)
    if calendar is None:
        raise Refusal(191000)
    if calendar.is_deleted:
        raise Refusal(191003)
    if calendar.role_of(caller.person) is None:
        raise Refusal(191002)
    return calendar


def find_readable(world: FeishuWorld, caller: Caller, calendar_id: str) -> Calendar:
    """The calendar, if the caller may read its events."""
    calendar = find(world, caller, calendar_id)
    if calendar.role_of(caller.person) == "free_busy_reader" and not world.quirks.free_busy_rows:
        raise Refusal(191002)
    if calendar.type in _UNUSABLE or calendar.is_third_party:
        raise Refusal(191004)
    return calendar


def _list(world: FeishuWorld, caller: Caller) -> dict[str, object]:
    """Deleted and lost calendars are told of in increments only."""
    me = caller.person.open_id
    here = cursors.asked(world, "calendars", me)
    rows = {
        kept.members[me].version: wire.calendar(kept, caller.person)
        for kept in world.calendars.values()
        if me in kept.members
    }
    if not here.is_increment:
        rows = {version: calendar for version, calendar in rows.items() if not calendar["is_deleted"]}
    found, says = cursors.page(world, here, rows, world.list_version)
    return {**says, "calendar_list": found}
