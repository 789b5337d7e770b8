"""Query parameters: $select, $expand, $filter, $orderby, $top, $skip, and the pages that they make."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from sandbox.microsoft import filters
from sandbox.microsoft.errors import GraphError
from sandbox.microsoft.fields import property_id
from sandbox.microsoft.mailbox import Json

_DEFAULT_PAGE = 10
_LARGEST_PAGE = 1000
_KNOWN = frozenset({"$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$count"})
_HIDDEN = re.compile(r"singleValueExtendedProperties\(\s*\$filter\s*=\s*(.*)\)", re.IGNORECASE | re.DOTALL)
_HIDDEN_ID = re.compile(r"(?:\w+/)?id\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    select: frozenset[str] | None
    hidden: frozenset[str] | None
    """The hidden properties to expand."""
    expands_exceptions: bool
    filter: filters.Filter | None
    order: tuple[Callable[[Any], Any], bool] | None
    top: int | None
    skip: int

    def pick(self, whole: Json) -> Json:
        """What `$select` leaves: id and etag always stay."""
        if self.select is None:
            return whole
        return {
            name: value
            for name, value in whole.items()
            if name in self.select or name in ("id", "@odata.etag")
        }


def parse(parameters: Mapping[str, str], readers: filters.Readers, selectable: frozenset[str]) -> Query:
    """`readers` are the properties that may be filtered and sorted by. Raises GraphError (400)."""
    for name in parameters:
        if name.startswith("$") and name not in _KNOWN:
            raise GraphError(400, "ErrorInvalidUrlQuery", f"The query parameter '{name}' is not supported.")
    hidden, expands_exceptions = _expand(parameters.get("$expand", ""))
    return Query(
        _select(parameters["$select"], selectable) if "$select" in parameters else None,
        hidden,
        expands_exceptions,
        filters.parse(parameters["$filter"], readers) if "$filter" in parameters else None,
        filters.order(parameters["$orderby"], readers) if "$orderby" in parameters else None,
        _number(parameters, "$top", 1, _LARGEST_PAGE),
        _number(parameters, "$skip", 0, 2**31) or 0,
    )


def page(
    items: Iterable[T],
    query: Query,
    render: Callable[[T], Json],
    *,
    link: str,
    parameters: Mapping[str, str],
    preferred_size: int | None,
) -> Json:
    """`value` and, while there is more, `@odata.nextLink`. `link` is the list's address without a query."""
    if query.filter is not None:
        items = filter(query.filter.matches, items)
    if query.order is not None:
        key, is_descending = query.order
        items = sorted(items, key=key, reverse=is_descending)
    size = query.top or min(preferred_size or _DEFAULT_PAGE, _LARGEST_PAGE)
    found = list(islice(items, query.skip, query.skip + size + 1))
    answer: Json = {"value": [render(item) for item in found[:size]]}
    if len(found) > size:
        answer["@odata.nextLink"] = (
            f"{link}?{urlencode({**parameters, '$skip': query.skip + size}, safe='$')}"
        )
    return answer


def _select(text: str, selectable: frozenset[str]) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    for name in names - selectable:
        raise GraphError(
            400, "BadRequest", f"Parsing OData Select and Expand failed: could not find '{name}'."
        )
    return names


def _expand(text: str) -> tuple[frozenset[str] | None, bool]:
    hidden, expands_exceptions = None, False
    for part in _split(text):
        match = _HIDDEN.fullmatch(part)
        if match is not None:
            hidden = _hidden_ids(match[1])
        elif part == "exceptionOccurrences":
            expands_exceptions = True
        else:
            raise GraphError(400, "BadRequest", f"Parsing OData Select and Expand failed: '{part}'.")
    return hidden, expands_exceptions


def _hidden_ids(text: str) -> frozenset[str]:
    parts = re.split(r"\s+or\s+", text.strip(), flags=re.IGNORECASE)
    matches = [_HIDDEN_ID.fullmatch(part) for part in parts]
    if not all(matches):
        raise GraphError(
            400, "ErrorInvalidUrlQueryFilter", "Extended properties can only be expanded by their ids."
        )
    return frozenset(property_id(match[1].replace("''", "'")) for match in matches if match)


def _split(text: str) -> list[str]:
    """The parts of `$expand`: at commas outside parentheses."""
    return [part.strip() for part in re.split(r",(?![^()]*\))", text) if part.strip()]


def _number(parameters: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    if name not in parameters:
        return None
    text = parameters[name]
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise GraphError(400, "ErrorInvalidUrlQuery", f"Invalid value '{text}' for '{name}' query option.")
    return int(text)
