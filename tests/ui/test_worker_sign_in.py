"""Signing in, in the worker's thread."""

from __future__ import annotations

import threading
from dataclasses import replace

from core.errors import (
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
)
from core.model import Side
from core.settings import Redirect
from tests.ui.fake_installation import READY, WEI, FakeInstallation
from ui.intents import (
    Save,
    SignIn,
)
from ui.messages import Done, Failed, Overview, SignInWaiting


def test_a_sign_in_saves_first_and_is_not_tried_when_that_is_refused(start, tmp_path):
    installation = FakeInstallation(tmp_path, signed_in=False)
    refused = SettingsInvalid("settings.toml", (SettingProblem("value", "feishu.app_id"),))
    installation.errors["save_settings"] = refused
    running = start(installation)

    running.worker.ask(SignIn(Side.FEISHU, Save(READY)))

    assert running.until_heard(Failed).error == refused
    assert "sign_in" not in installation.names()


def test_a_sign_in_tells_its_address_and_can_be_cancelled(start, tmp_path):
    installation = FakeInstallation(tmp_path, signed_in=False)

    def wait_for_the_browser(stop):
        while not stop():
            threading.Event().wait(0.005)
        raise SignInFailed(Side.FEISHU, "cancelled")

    installation.signing_in = wait_for_the_browser
    running = start(installation)
    running.worker.ask(SignIn(Side.FEISHU))
    assert running.until_heard(SignInWaiting).url == "http://127.0.0.1:9/feishu"

    running.worker.cancel_sign_in()

    assert running.until_heard(Failed).error == SignInFailed(Side.FEISHU, "cancelled")


def test_who_has_signed_in_is_shown(start, tmp_path):
    running = start(FakeInstallation(tmp_path, signed_in=False))
    running.worker.ask(SignIn(Side.FEISHU))
    running.until_heard(Done)

    running.until(lambda: running.all(Overview)[-1].feishu == WEI)
    running.until(lambda: running.shown.sign_in == (Side.OUTLOOK,))


def test_a_sign_in_with_a_code_shows_it_and_opens_its_page(start, tmp_path):
    running = start(FakeInstallation(tmp_path, signed_in=False))
    running.worker.ask(SignIn(Side.FEISHU, with_code=True))
    waiting = running.until_heard(SignInWaiting)
    assert (waiting.code, waiting.wants_address) == ("1234-5678", False)
    running.until_heard(Done)


def test_a_sign_in_by_pasting_waits_for_the_address(start, tmp_path):
    pasting = replace(READY, outlook=replace(READY.outlook, redirect=Redirect.NATIVECLIENT))
    installation = FakeInstallation(tmp_path, pasting, signed_in=False)
    running = start(installation)
    running.worker.paste_address("of an earlier sign-in")
    running.worker.ask(SignIn(Side.OUTLOOK))
    assert running.until_heard(SignInWaiting).wants_address
    running.worker.paste_address("https://login.example/nativeclient?code=1")
    running.until_heard(Done)
    assert installation.pasted == ["https://login.example/nativeclient?code=1"]
