"""Feishu's own library, of which only the part is loaded that we use.

Importing `lark_oapi` takes seconds and 150 MB, because its `__init__` imports all 11,000 modules, and so do
those of its packages. Empty modules stand in for the packages; the modules below them are loaded as they are.
The version is pinned and tests hold what this file relies on (docs/quirks.md, "lark-oapi").
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests

from core.errors import SignInNeeded
from core.feishu.cloud import Cloud
from core.feishu.reply import Answer
from core.model import Side
from core.network import TIMEOUT, unreachable

_PACKAGES = (
    "lark_oapi",
    "lark_oapi.api",
    "lark_oapi.api.authen",
    "lark_oapi.api.authen.v1",
    "lark_oapi.api.authen.v1.model",
    "lark_oapi.api.calendar",
    "lark_oapi.api.calendar.v4",
    "lark_oapi.api.calendar.v4.model",
)

_UNUSED = ("httpx", "Crypto", "Crypto.Cipher")
"""What the library imports for its asynchronous half and to decrypt pushed events: 130 modules, 8 MB."""

# Written out in full: the package's recipe looks for these names.
_REQUESTS = {
    "GetUserInfoRequest": "lark_oapi.api.authen.v1.model.get_user_info_request",
    "PrimaryCalendarRequest": "lark_oapi.api.calendar.v4.model.primary_calendar_request",
    "ListCalendarRequest": "lark_oapi.api.calendar.v4.model.list_calendar_request",
    "GetCalendarRequest": "lark_oapi.api.calendar.v4.model.get_calendar_request",
    "ListCalendarEventRequest": "lark_oapi.api.calendar.v4.model.list_calendar_event_request",
    "InstanceViewCalendarEventRequest": (
        "lark_oapi.api.calendar.v4.model.instance_view_calendar_event_request"
    ),
}

_session_of_call: ContextVar[requests.Session] = ContextVar("session_of_call")
"""The library's transport is one for the whole process; which account's connections it uses is not."""


class _SessionOfCall:
    """Stands in the transport's namespace for the module `requests`, which would connect anew per call."""

    @staticmethod
    def request(method: str, url: str, **kwargs: Any) -> requests.Response:
        return _session_of_call.get().request(method, url, **kwargs)


@functools.cache
def _module(name: str) -> Any:
    _stand_in_for_packages()
    return importlib.import_module(name)


@functools.cache
def _stand_in_for_packages() -> None:
    for name in _PACKAGES:
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            raise ImportError(f"{name} is missing")
        package = types.ModuleType(name)
        package.__path__ = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules[name] = package
    with _stand_ins_for_the_unused():
        library_log: logging.Logger = importlib.import_module("lark_oapi.core.log").logger
        transport: Any = importlib.import_module("lark_oapi.core.http.transport")
    # It writes to sys.stdout, which a windowed program does not have.
    for handler in list(library_log.handlers):
        library_log.removeHandler(handler)
    library_log.setLevel(logging.WARNING)
    transport.requests = _SessionOfCall


@contextmanager
def _stand_ins_for_the_unused() -> Iterator[None]:
    """Empty modules, for as long as the library is loaded: whoever else wants them gets the real ones."""
    absent = [name for name in _UNUSED if name not in sys.modules]
    for name in absent:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].AES = None  # type: ignore[attr-defined]  # the one name that is imported from it
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def build_request(name: str, **members: str | int) -> Any:
    """One of the library's requests. The library changes it while sending: build a new one for each call."""
    builder = getattr(_module(_REQUESTS[name]), name).builder()
    for member, value in members.items():
        builder = getattr(builder, member)(value)
    return builder.build()


class FeishuClient:
    """Sends the library's requests for one person over that account's own connections."""

    def __init__(self, session: requests.Session, cloud: Cloud) -> None:
        self._session = session
        self._cloud = cloud

    def send(self, request: Any, user_token: str) -> Answer:
        """One HTTP request. Raises Unreachable; SignInNeeded without a token.

        Without `enable_set_token`, or with an empty token, the library would fetch the app's own token and
        silently act as its bot, whose calendar is empty. So: both are insisted on, the library gets no app
        secret with which it could do so, and what it decided is looked at.
        """
        if not user_token:
            raise SignInNeeded(Side.FEISHU)
        config = _module("lark_oapi.core.model").Config()
        config.domain = self._cloud.open_url
        config.timeout = TIMEOUT
        config.enable_set_token = True
        option = _module("lark_oapi.core.model").RequestOption.builder().user_access_token(user_token).build()
        _module("lark_oapi.core.token.auth").verify(config, request, option)
        if request.token_types != {_module("lark_oapi.core.enum").AccessTokenType.USER}:
            raise RuntimeError("the library wants to act as somebody else")
        raw = self._transmit(config, request, option)
        return Answer(raw.status_code, _lower_case(raw.headers), raw.content or b"")

    def _transmit(self, config: Any, request: Any, option: Any) -> Any:
        token = _session_of_call.set(self._session)
        try:
            return _module("lark_oapi.core.http.transport").Transport.execute(config, request, option)
        except requests.RequestException as error:
            raise unreachable(error, Side.FEISHU, self._cloud.host) from error
        finally:
            _session_of_call.reset(token)


def _lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
