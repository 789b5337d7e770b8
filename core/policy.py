"""A pair's rules: what is copied and how it looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CopyWords:
    """The words that we add to copies, in the pair's `text_language`. texts/copy_words.py has them."""

    no_title: str
    """Subject of an event without a title."""
    busy: str
    """Subject of an event whose title is not shown."""
    join: str
    """Label before the meeting link."""
    organiser: str
    """Label before the organiser's name."""
    open_in_feishu: str
    """Text of the link in the footer."""
    footer: str
    """The sentence before that link."""
    shortened: str
    """Stands where a long description was cut."""
