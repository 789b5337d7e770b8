"""The pages for people, as the tests here read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def tables(text: str) -> list[list[list[str]]]:
    """Each table as its rows of cells, without the heading."""
    blocks = re.findall(r"(?:^ *\|.*\n)+", text, re.MULTILINE)
    rows = [[line.strip().strip("|").split("|") for line in block.splitlines()] for block in blocks]
    return [[[cell.strip() for cell in row] for row in each[2:]] for each in rows]


def named(text: str) -> list[str]:
    """What is set in a type of its own: literal values."""
    return re.findall(r"`([^`\n]+)`", text)
