"""The words that we add to copies in Outlook: in the pair's language, not the interface's."""

from __future__ import annotations

from core.policy import CopyWords
from core.settings import TextLanguage
from texts.language import catalogue


def copy_words(language: TextLanguage) -> CopyWords:
    _ = catalogue(language).gettext
    return CopyWords(
        # Translators: the subject of an event that has no title in Feishu
        no_title=_("(No title)"),
        # Translators: the subject of an event whose title is not shown
        busy=_("Busy"),
        # Translators: stands before the link of a video meeting
        join=_("Join the meeting"),
        # Translators: stands before the name of who organises the event
        organiser=_("Organiser"),
        # Translators: the text of a link
        open_in_feishu=_("Open in Feishu"),
        footer=_("Copied from Feishu by Feishu–Outlook Sync."),
        # Translators: stands where a long description was cut
        shortened=_("… (shortened; the whole text is in Feishu)"),
    )
