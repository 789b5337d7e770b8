"""Offscreen, in English, without a tray library: set before anything imports Qt or pystray."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYSTRAY_BACKEND"] = "dummy"
os.environ["DBUS_SESSION_BUS_ADDRESS"] = ""

from collections.abc import Iterator

import pytest

from core.settings import InterfaceLanguage
from texts import language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.choose(InterfaceLanguage.ENGLISH)
    yield
    language.choose(InterfaceLanguage.ENGLISH)
