"""Canaries: texts that must stay where they belong, and the search for them in all that was written."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_plus

from sandbox import Sandbox, Service

PIECE = 24
"""Characters: part of a token is a leak too."""


def spellings(canary: str) -> set[bytes]:
    """What it looks like in files: as it is, in addresses, in JSON, in Base64, in UTF-16, in hexadecimal; of
    a long one also any piece."""
    texts = {canary, json.dumps(canary)[1:-1], quote(canary, safe=""), quote_plus(canary)}
    if len(canary) > 3 * PIECE:
        middle = len(canary) // 2
        texts |= {canary[middle : middle + PIECE], canary[-PIECE:], canary[-2 * PIECE : -PIECE]}
    raw = canary.encode()
    encoded = {
        base64.b64encode(raw),
        base64.urlsafe_b64encode(raw),
        raw.hex().encode(),
        raw.hex(" ").encode(),
    }
    return {text.encode() for text in texts} | encoded | {canary.encode("utf-16-le")}


def found(canaries: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """ "canary in place", for every one that is there."""
    looks = {name: spellings(canary) for name, canary in canaries.items()}
    return [
        f"{name} in {place}"
        for place, content in places.items()
        for name, spelled in looks.items()
        if any(text in content for text in spelled)
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Every file under it, by its path there; archives also unpacked."""
    places: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            places |= unpacked(str(file.relative_to(folder)), file.read_bytes())
    return places


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    places = {name: content}
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            places |= {f"{name}/{inner}": archive.read(inner) for inner in archive.namelist()}
    return places


def issued(sandbox: Sandbox) -> dict[str, str]:
    """Every secret that the services gave out or were told so far, by what it is."""
    feishu, microsoft = sandbox.feishu.sessions, sandbox.microsoft.grants
    kinds: dict[str, list[str]] = {
        "feishu code": list(feishu.codes),
        "feishu access token": list(feishu.access),
        "feishu refresh token": list(feishu.refresh),
        "outlook code": [*microsoft._codes, *microsoft._used_codes],
        "outlook access token": list(microsoft.access_tokens),
        "outlook refresh token": list(microsoft.refresh_tokens),
        "verifier": [],
    }
    for service in Service:
        for request in sandbox.journal.requests(service):
            said = request.json if isinstance(request.json, dict) else _form(request.body)
            if verifier := said.get("code_verifier"):
                kinds["verifier"].append(verifier)
    return {f"{kind} {number}": text for kind, texts in kinds.items() for number, text in enumerate(texts, 1)}


def states(sandbox: Sandbox) -> dict[str, str]:
    """What guarded each sign-in; it stands in the address that the browser is given, and nowhere else."""
    asked = [request for request in sandbox.journal.requests() if request.path.endswith("/authorize")]
    return {f"state {number}": request.query["state"] for number, request in enumerate(asked, 1)}


def _form(body: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body).items()}
