"""The `Prefer` header."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.zones import canonical

_PREFERENCE = re.compile(r'([\w.-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]+))', re.ASCII)


@dataclass(frozen=True, slots=True)
class Preferences:
    immutable_ids: bool = False
    zone: str = "UTC"
    text_bodies: bool = False
    page_size: int | None = None
    applied: str = ""
    """For the header `Preference-Applied`."""


@lru_cache(maxsize=256)
def parse(header: str) -> Preferences:
    """Unknown preferences are ignored. Raises GraphError for a zone that the service doesn't know."""
    said = {name.lower(): (name, quoted or plain) for name, quoted, plain in _PREFERENCE.findall(header)}
    id_type, zone, body, size = (
        said.get(name, ("", ""))[1]
        for name in ("idtype", "outlook.timezone", "outlook.body-content-type", "odata.maxpagesize")
    )
    if "outlook.timezone" in said:
        canonical(zone)
    if size and not (size.isascii() and size.isdigit() and int(size) > 0):
        raise GraphError(400, "ErrorInvalidParameter", "odata.maxpagesize must be a positive integer.")
    kinds = ("idtype", "outlook.timezone", "outlook.body-content-type")
    applied = ", ".join(f'{said[name][0]}="{said[name][1]}"' for name in kinds if name in said)
    return Preferences(
        id_type.lower() == "immutableid",
        zone or "UTC",
        body.lower() == "text",
        int(size) if size else None,
        applied,
    )
