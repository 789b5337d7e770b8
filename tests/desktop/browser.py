"""A browser without a window: notes the address and follows it to its end."""

from __future__ import annotations

import sys
from pathlib import Path

import requests


def main(notes: Path, url: str) -> None:
    with notes.open("a") as file:
        file.write(f"{url}\n")
    if url.startswith("http://127.0.0.1:"):
        requests.get(url, timeout=10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
