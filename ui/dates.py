"""Days and times as this person's system writes them, in the language of the interface."""

from __future__ import annotations

from datetime import date, datetime, time

from PySide6.QtCore import QDate, QLocale, QTime

from core.settings import TextLanguage
from texts.language import _, current, ngettext


def locale() -> QLocale:
    """The system's, if it speaks the language of the interface; else that language as it is written where
    the person is. (QLocale() is the system's own: nothing sets another.)"""
    system = QLocale()
    is_chinese = current() is TextLanguage.CHINESE
    spoken = QLocale.Language.Chinese if is_chinese else QLocale.Language.English
    return system if system.language() is spoken else QLocale(spoken, system.territory())


def day(of: date) -> str:
    """Thu 26/11/2026; 2026/11/26 周四."""
    here, qt_day = locale(), QDate(of.year, of.month, of.day)
    written = here.toString(qt_day, QLocale.FormatType.ShortFormat)
    weekday = here.dayName(of.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{written} {weekday}" if here.language() is QLocale.Language.Chinese else f"{weekday} {written}"


def clock(of: time) -> str:
    """14:32; 2:32 PM."""
    return locale().toString(QTime(of.hour, of.minute), QLocale.FormatType.ShortFormat)


def moment(when: datetime, *, now: datetime) -> str:
    """The time alone today, with the day otherwise; on this computer's clock."""
    here = when.astimezone()
    if here.date() == now.astimezone().date():
        return clock(here.time())
    return f"{day(here.date())} {clock(here.time())}"


def until(when: datetime, *, now: datetime) -> str:
    """In 3 minutes; further away than an hour, at what time."""
    minutes = round((when - now).total_seconds() / 60)
    if minutes < 1:
        return _("in a moment")
    return (
        ngettext("in {count} minute", "in {count} minutes", minutes)
        if minutes < 60
        else moment(when, now=now)
    )


def event_start(iso: str) -> str:
    """An event's start in a report, on the event's own clock; a day alone if it lasts all day."""
    try:
        return day(date.fromisoformat(iso))
    except ValueError:
        pass
    try:
        start = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day(start.date())} {clock(start.time())}"
