"""Links as rows of the ledger's table `link`, and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.links import Creating, Detached, Extent, Link, Live
from core.report import Reason

_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        *("transaction_id", "attempted_at", "event_id", "etag", "is_verified", "fingerprint", "stored_print"),
        *("is_series", "is_adopted", "occurrences", "held", "reason"),
    )
)


def to_row(link: Link) -> dict[str, Any]:
    where = link.extent
    row = {
        "key": link.key,
        **_EMPTY,
        "is_found_again": 0,
        "replaced_at": 0,
        "title": where.title,
        "start": where.start,
        "starts_at": where.starts_at,
        "ends_at": where.ends_at,
        "all_day": int(where.all_day),
        "series": where.series,
    }
    match link:
        case Creating():
            row |= {
                "state": "creating",
                "transaction_id": link.transaction_id,
                "attempted_at": link.attempted_at,
            }
        case Live():
            row |= {
                "state": "live",
                "transaction_id": link.transaction_id,
                "event_id": link.event_id,
                "etag": link.etag,
                "is_verified": int(link.is_verified),
                "fingerprint": link.fingerprint,
                "stored_print": link.stored_print,
                "is_series": int(link.is_series),
                "is_adopted": int(link.is_adopted),
                "occurrences": None if link.occurrences is None else json.dumps(dict(link.occurrences)),
                "held": _reason_text(link.held),
                "is_found_again": int(link.is_found_again),
                "replaced_at": link.replaced_at,
            }
        case Detached():
            row |= {"state": "detached", "event_id": link.event_id, "reason": _reason_text(link.reason)}
    return row


def from_row(row: Mapping[str, Any]) -> Link:
    where = Extent(
        row["title"], row["start"], row["starts_at"], row["ends_at"], bool(row["all_day"]), row["series"]
    )
    if row["state"] == "creating":
        return Creating(row["key"], row["transaction_id"], row["attempted_at"], where)
    if row["state"] == "detached":
        return Detached(row["key"], row["event_id"], reason_from_text(row["reason"]), where)
    return Live(
        key=row["key"],
        transaction_id=row["transaction_id"],
        event_id=row["event_id"],
        etag=row["etag"],
        is_verified=bool(row["is_verified"]),
        fingerprint=row["fingerprint"],
        stored_print=row["stored_print"],
        is_series=bool(row["is_series"]),
        occurrences=None if row["occurrences"] is None else json.loads(row["occurrences"]),
        extent=where,
        held=reason_from_text(row["held"]) if row["held"] else None,
        is_adopted=bool(row["is_adopted"]),
        is_found_again=bool(row["is_found_again"]),
        replaced_at=row["replaced_at"],
    )


def _reason_text(reason: Reason | None) -> str | None:
    return None if reason is None else reason_to_text(reason)


def reason_to_text(reason: Reason) -> str:
    return json.dumps([reason.code, [list(fact) for fact in reason.facts]])


def reason_from_text(text: str) -> Reason:
    code, facts = json.loads(text)
    return Reason(code, tuple((name, value) for name, value in facts))
