"""Comments cite rows of docs/quirks.md: every heading that they name is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "quirks.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE))
CITATION = re.compile(r"docs/quirks\.md, ((?:\"[^\"]+\")(?:(?:, | and )\"[^\"]+\")*)")
LAST_WORDS = ("documented", "official tool", "seen", "read", "tried", "assumed", "[MS-OXOCAL]")


def cited() -> dict[str, str]:
    """Headings, and a file that cites them."""
    found: dict[str, str] = {}
    for folder in ("core", "sandbox", "terminal", "ui"):
        for file in (ROOT / folder).rglob("*.py"):
            text = re.sub(r"\s*\n\s*#?\s*", " ", file.read_text(encoding="utf-8"))
            for headings in CITATION.findall(text):
                found |= dict.fromkeys(re.findall(r'"([^"]+)"', headings), file.name)
    return found


def test_every_heading_that_a_comment_cites_exists() -> None:
    found = cited()
    assert {"Feishu rows", "Feishu codes", "All-day rows", "lark-oapi", "Recurrence", "Zones"} <= found.keys()
    assert {heading: file for heading, file in found.items() if heading not in HEADINGS} == {}


def test_every_row_says_where_it_is_from() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    header = ""
    for line in rows:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[-1].startswith("Source") or cells[0] == "Source":
            header = cells[0]
        elif header != "Source":
            assert cells[-1].startswith(LAST_WORDS), line
