"""The worker's thread: what it does with what it is asked, and that nobody waits for it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from core.errors import (
    SettingsInvalid,
)
from core.model import Side
from core.settings import Settings
from tests.ui.fake_installation import READY, FakeInstallation
from ui.autostart import Autostart
from ui.intents import (
    APP_SECRET,
    CLIENT_SECRET,
    Confirm,
    ListCalendars,
    Pause,
    RetryFailed,
    Save,
    SignOut,
    SyncNow,
)
from ui.messages import Attention, Calendars, Done, Overview, RunEnded
from ui.tray.state import FOR_EVER


def test_nothing_slow_is_called_in_the_main_thread_and_all_notices_arrive_there(start, installation):
    running = start(installation)
    for intent in (SyncNow(), Pause(FOR_EVER), SignOut(Side.FEISHU), ListCalendars(Side.OUTLOOK)):
        running.worker.ask(intent)
    running.until_heard(Done, 4)

    assert threading.get_ident() not in {call.thread for call in installation.calls}
    assert running.threads == {threading.get_ident()}


def test_what_is_asked_is_done_in_its_order(start, installation):
    running = start(installation)
    running.worker.ask(Pause(FOR_EVER))
    running.worker.ask(SignOut(Side.OUTLOOK))
    running.until_heard(Done, 2)

    done = [name for name in installation.names() if name in {"pause", "sign_out"}]
    assert done == ["pause", "sign_out"]
    assert [notice.intent for notice in running.all(Done)] == [Pause(FOR_EVER), SignOut(Side.OUTLOOK)]


def test_quit_ends_the_thread_in_the_middle_of_a_run(start, installation):
    in_the_middle = threading.Event()

    def until_asked_to_stop(stop, _progress):
        in_the_middle.set()
        while not stop():
            threading.Event().wait(0.005)

    installation.working = until_asked_to_stop
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until(in_the_middle.is_set)

    running.worker.stop()

    assert running.worker.wait(2000)
    assert installation.names()[-1] == "close"


def test_saving_stores_the_secret_in_the_vault_and_the_rest_in_the_settings(start, installation):
    running = start(installation)
    running.worker.ask(Save(Settings(), ((APP_SECRET, "s3cr3t"), (CLIENT_SECRET, ""))))
    running.until_heard(Done)

    assert installation.secrets == {APP_SECRET: "s3cr3t"}
    assert installation.settings == Settings()
    assert "s3cr3t" not in repr(running.notices)


def test_calendars_are_listed_with_what_is_wrong_with_them(start, installation):
    running = start(installation)
    running.worker.ask(ListCalendars(Side.FEISHU))
    running.worker.ask(ListCalendars(Side.OUTLOOK))
    running.until_heard(Calendars, 2)

    feishu, outlook = running.all(Calendars)
    assert [choice.id for choice in feishu.choices] == ["primary", "feishu.cn_2"]
    assert [choice.note for choice in outlook.choices] == ["", "read only"]


def test_held_deletions_are_carried_out_on_request(start, installation):
    installation.held_titles = ("Lunch", "Weekly")
    running = start(installation)
    assert [held.title for held in running.until_heard(Overview).held] == ["Lunch", "Weekly"]

    running.worker.ask(Confirm())

    assert running.until_heard(RunEnded).report.pairs[0].deleted == 2


def test_sync_now_is_also_the_wish_to_write_where_syncing_was_off_or_stood_still(start, installation):
    running = start(installation)
    running.worker.ask(SyncNow())
    running.until_heard(Done)

    asked = [name for name in installation.names() if name in {"switch_on", "take_over", "run"}]
    assert asked[-3:] == ["switch_on", "take_over", "run"]


def test_start_at_login_follows_the_settings(start, installation, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config/autostart/feishu-outlook-sync.desktop"
    running = start(installation, autostart=Autostart(("/opt/run",), platform="linux"))
    running.until_heard(Overview)
    assert not file.exists()
    running.worker.ask(Save(replace(READY, ui=replace(READY.ui, start_at_login=True))))
    running.until(file.exists)
    running.worker.ask(Save(READY))
    running.until(lambda: not file.exists())


@pytest.mark.parametrize(
    ("text", "app_id", "problems"),
    [
        ('[feishu]\napp_id = "cli_company"\n', "cli_company", 0),
        ('[feishu]\napp_secret = "s3cr3t"\n', "", 1),
    ],
)
def test_a_companys_file_beside_the_program_is_taken_over_or_refused_in_words(
    start, tmp_path, text, app_id, problems
):
    file = tmp_path / "provision.toml"
    file.write_text(text)
    running = start(FakeInstallation(tmp_path / "data", Settings(), signed_in=False), provision=file)
    assert running.until_heard(Overview).settings.feishu.app_id == app_id
    running.until_heard(Attention)
    assert len([problem for problem in running.attention if isinstance(problem, SettingsInvalid)]) == problems


def test_retry_forgets_what_was_refused_before_it_syncs(start, installation):
    running = start(installation)
    running.worker.ask(RetryFailed())
    running.until_heard(RunEnded)
    names = installation.names()
    assert names.index("retry_failed") < names.index("run")
