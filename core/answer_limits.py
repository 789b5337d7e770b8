"""Answers are read within bounds: a service, or whoever stands in its place, can send no end of bytes, or one
byte now and then, and `requests` would wait for the last one."""

from __future__ import annotations

import time

import requests
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError, SSLError

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes. A page of a thousand events with long texts has a few million."""

SLOWEST_ANSWER = 120.0
"""Seconds from its first byte to its last."""

_PIECE = 64 * 1024


def read_answer(response: requests.Response) -> None:
    """Reads the body that `requests` left unread. Raises requests.Timeout beyond the bounds, and where it
    breaks off requests.ConnectionError."""
    end, body = time.monotonic() + SLOWEST_ANSWER, bytearray()
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER or time.monotonic() > end:
                raise requests.Timeout("an answer without end")
    except (ProtocolError, DecodeError, ReadTimeoutError, SSLError) as error:
        raise requests.ConnectionError(error) from error
    except BaseException:
        response.close()
        raise
    response._content = bytes(body)
    response._content_consumed = True  # type: ignore[attr-defined]  # requests' own mark
    response.raw.release_conn()
