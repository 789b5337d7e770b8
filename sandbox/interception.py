"""The layer around a service that writes the journal and lets faults strike."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.test import run_wsgi_app

from sandbox import batch
from sandbox.journal import Delay, Journal, Moment, Reply, Request, Reset, Service, Truncated

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NOT_KEPT = ("authorization", "cookie")
_UNTOUCHED = Delay(0)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str  # "200 OK"
    headers: list[tuple[str, str]]  # without Content-Length
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status.split()[0])


class Interception:
    """A WSGI application around another.

    Raises ConnectionAbortedError where a fault resets the connection: the server then cuts it.
    """

    def __init__(
        self,
        app: WSGIApplication,
        service: Service,
        journal: Journal,
        clock: Callable[[], float],
        stopping: threading.Event,
    ) -> None:
        self._app = app
        self._service = service
        self._journal = journal
        self._clock = clock
        self._stopping = stopping

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body: bytes = environ["wsgi.input"].read()
        request = self._request(environ, body)
        items = batch.items(request.path, body)
        fault = self._journal.strike(self._service, request.method, request.path)
        happens, moment = (fault.happens, fault.moment) if fault else (_UNTOUCHED, Moment.BEFORE)

        if isinstance(happens, Delay) and moment is Moment.BEFORE:
            self._stopping.wait(happens.seconds)
        answer = _Answer("500 Nothing", [], b"")
        if moment is Moment.AFTER or isinstance(happens, Delay | Truncated):
            answer = self._serve(environ, body, items)
        if isinstance(happens, Delay) and moment is Moment.AFTER:
            self._stopping.wait(happens.seconds)

        match happens:
            case Delay():
                self._record(request, answer.code, items, _statuses(answer) if items else {})
            case Reply():
                answer = _spoken(happens)
                self._record(request, answer.code, items, {})
            case Reset() | Truncated():
                self._record(request, None, items, {})
        if isinstance(happens, Reset):
            raise ConnectionAbortedError("a fault resets the connection")
        start_response(answer.status, [*answer.headers, ("Content-Length", str(len(answer.body)))])
        return [answer.body[: happens.after] if isinstance(happens, Truncated) else answer.body]

    def _request(self, environ: WSGIEnvironment, body: bytes) -> Request:
        headers = {
            name[5:].lower().replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        return Request(
            time=self._clock(),
            service=self._service,
            method=environ["REQUEST_METHOD"],
            path=(environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"])
            .encode("latin-1")
            .decode(errors="replace"),
            query=dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            headers={name: value for name, value in headers.items() if name not in _NOT_KEPT},
            body=body.decode(errors="replace"),
            status=None,
        )

    def _serve(self, environ: WSGIEnvironment, body: bytes, items: list[batch.Item]) -> _Answer:
        if not items:
            return self._call(environ, body)
        carrier: list[_Answer] = []

        def serve(passed: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
            carrier.append(self._call(environ, json.dumps({"requests": passed}).encode()))
            return _responses(carrier[0])

        responses = batch.with_faults(
            items,
            lambda item: self._journal.strike(self._service, item.method, item.path, batch_item=True),
            serve,
        )
        if carrier and carrier[0].code != HTTPStatus.OK:
            return carrier[0]
        return _spoken(Reply(200, {"responses": responses}))

    def _call(self, environ: WSGIEnvironment, body: bytes) -> _Answer:
        inner = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        chunks, status, headers = run_wsgi_app(self._app, inner, buffered=True)
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return _Answer(status, kept, b"".join(chunks))

    def _record(
        self, request: Request, status: int | None, items: list[batch.Item], answered: Mapping[str, int]
    ) -> None:
        self._journal.record(replace(request, status=status))
        for item in items:
            self._journal.record(
                replace(
                    request,
                    method=item.method,
                    path=item.path,
                    query=item.query,
                    headers=item.headers,
                    body=item.body,
                    status=answered.get(item.id),
                    batch_item=True,
                )
            )


def _spoken(reply: Reply) -> _Answer:
    is_text = isinstance(reply.body, str)
    body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
    kind = "text/html; charset=utf-8" if is_text else "application/json; charset=utf-8"
    status = f"{reply.status} {HTTPStatus(reply.status).phrase}"
    return _Answer(status, [("Content-Type", kind), *reply.headers.items()], body.encode())


def _responses(answer: _Answer) -> list[Mapping[str, Any]]:
    try:
        return list(json.loads(answer.body)["responses"])
    except (ValueError, TypeError, KeyError):
        return []


def _statuses(answer: _Answer) -> dict[str, int]:
    return {str(response.get("id")): int(response.get("status", 0)) for response in _responses(answer)}
