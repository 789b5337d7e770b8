"""What a person asks for besides a run, carried out on an installation without services."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import SettingsInvalid, Unreachable
from core.installation import Progress
from core.ledger import Deletion
from core.model import Side
from core.old_script import OldScriptRefused
from core.reasons import Code, because
from core.report import Result, RunReport
from core.restore import DeletedEvent
from core.settings import PairSettings, Settings
from core.status import CopyNote
from tests.ui.fake_installation import READY, FakeInstallation, report
from ui.errands import Errands
from ui.intents import (
    ForgetEverything,
    ImportOldScript,
    ImportProvision,
    KeepHeld,
    ListDeleted,
    ListLetGo,
    ListRuns,
    Preview,
    RemoveCopies,
    RemovePair,
    Restore,
    SaveDiagnostics,
    SyncNow,
    TakeBack,
    TryConnection,
)
from ui.messages import (
    ConnectionTried,
    Deleted,
    History,
    LetGo,
    Notice,
    OldScriptImported,
    Previewed,
    Restored,
    RunEnded,
)
from ui.tray.state import FOR_EVER


class Desk:
    def __init__(self, data_dir: Path) -> None:
        self.installation = FakeInstallation(data_dir)
        self.said: list[Notice] = []
        self.progress: list[Progress] = []
        self.errands = Errands(self.installation, self.said.append, lambda: False, self.progress.append)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def deletion(number: int, title: str) -> DeletedEvent:
    last = Deletion("k", 1_764_000_000, True, title, "2026-12-01", "{}", number=number)
    return DeletedEvent((last,), is_series=False)


def test_a_connection_is_tried_by_listing_the_calendars(desk: Desk):
    desk.errands.carry_out(TryConnection(Side.FEISHU))
    assert desk.said == [ConnectionTried(Side.FEISHU, 2)]


def test_a_preview_is_answered_with_what_it_found(desk: Desk):
    found = report(created=2)
    desk.installation.next_report = lambda: found
    desk.errands.carry_out(Preview())
    assert desk.said == [Previewed(found)]


def test_what_was_held_is_kept_on_request(desk: Desk):
    desk.errands.carry_out(KeepHeld())
    assert desk.installation.names() == ["keep_held"]


def test_the_runs_are_listed(desk: Desk):
    desk.errands.carry_out(ListRuns())
    desk.installation.run(lambda: False, lambda _progress: None)
    desk.errands.carry_out(ListRuns())
    assert [len(answer.runs) for answer in desk.said if isinstance(answer, History)] == [0, 1]


def test_deleted_copies_are_listed_by_number_and_the_chosen_ones_put_back(desk: Desk):
    desk.installation.deletions = [deletion(5, "Lunch"), deletion(9, "Review")]
    desk.errands.carry_out(ListDeleted())
    [listed] = desk.said
    assert isinstance(listed, Deleted)
    assert [(copy.number, copy.title) for copy in listed.copies] == [(5, "Lunch"), (9, "Review")]
    assert listed.copies[0].deleted == datetime.fromtimestamp(1_764_000_000, UTC)

    desk.errands.carry_out(Restore((9,)))
    _, done, left = desk.said
    assert isinstance(done, Restored)
    assert isinstance(left, Deleted)
    assert [copy.number for copy in left.copies] == [5]


def test_copies_let_go_are_listed(desk: Desk):
    desk.installation.copies_let_go = (CopyNote("main", "k", "Lunch", "2026-12-01", because(Code.KEPT)),)
    desk.errands.carry_out(ListLetGo())
    [listed] = desk.said
    assert isinstance(listed, LetGo)
    assert listed.copies[0].title == "Lunch"


def test_copies_let_go_are_taken_back_by_pair_and_key(desk: Desk):
    desk.installation.copies_let_go = (CopyNote("main", "k", "Lunch", "2026-12-01", because(Code.KEPT)),)
    desk.errands.carry_out(TakeBack((("main", "k"),)))
    assert desk.said == [LetGo(())]


def test_all_copies_are_removed_on_request_and_how_far_that_is_can_be_seen(desk: Desk):
    half_done = Progress("main", "writing", 20, 40)
    desk.installation.working = lambda _stop, progress: progress(half_done)
    desk.errands.carry_out(RemoveCopies())
    assert desk.installation.names() == ["undo"]
    assert desk.progress == [half_done]
    assert isinstance(desk.said[0], RunEnded)


@pytest.mark.parametrize(
    ("with_copies", "calls"), [(False, ["save_settings"]), (True, ["undo main", "save_settings"])]
)
def test_a_pair_is_removed_with_or_without_its_copies(desk: Desk, with_copies: bool, calls: list[str]):
    desk.errands.carry_out(RemovePair("main", with_copies=with_copies))
    assert desk.installation.names() == calls
    assert desk.installation.settings.pairs == ()


def test_a_pair_whose_copies_can_not_be_removed_stays(desk: Desk):
    now = datetime.now(UTC)
    problem = Unreachable(Side.OUTLOOK, "dns")
    desk.installation.next_report = lambda: RunReport(Result.UNREACHABLE, now, now, problems=(problem,))
    with pytest.raises(Unreachable):
        desk.errands.carry_out(RemovePair("main", with_copies=True))
    assert desk.installation.settings.pairs == READY.pairs


def test_the_old_scripts_file_is_imported_and_nothing_is_replaced_unasked(desk: Desk, tmp_path: Path):
    file = tmp_path / "tokens.yaml"
    file.write_text("feishu:\n  app_info:\n    app_id: cli_other\n    app_secret: s3cr3t\n")
    desk.errands.carry_out(ImportOldScript(file))
    [done] = desk.said
    assert isinstance(done, OldScriptImported)
    assert (done.taken, done.left) == (("feishu.app_secret",), ("feishu.app_id",))
    assert desk.installation.secrets == {"feishu.app_secret": "s3cr3t"}
    assert "s3cr3t" not in repr(done)

    desk.errands.carry_out(ImportOldScript(file, may_replace=True))
    assert desk.installation.settings.feishu.app_id == "cli_other"


def test_another_file_is_refused(desk: Desk, tmp_path: Path):
    file = tmp_path / "other.yaml"
    file.write_text("a: b\n")
    with pytest.raises(OldScriptRefused):
        desk.errands.carry_out(ImportOldScript(file))


def test_a_companys_settings_are_taken_over_and_its_pairs_wait_for_start(desk: Desk, tmp_path: Path):
    file = tmp_path / "provision.toml"
    file.write_text('[feishu]\napp_id = "cli_company"\n[[pairs]]\nid = "work"\noutlook_calendar = "Work"\n')
    desk.errands.carry_out(ImportProvision(file))
    assert desk.installation.settings.feishu.app_id == "cli_company"
    assert desk.installation.settings.pairs == (PairSettings("work", outlook_calendar="Work"),)
    assert desk.installation.names() == ["pause", "save_settings"], "in this order"
    assert desk.installation.status().paused_until == FOR_EVER


def test_a_companys_file_without_pairs_pauses_nothing(desk: Desk, tmp_path: Path):
    file = tmp_path / "provision.toml"
    file.write_text('[feishu]\napp_id = "cli_company"\n')
    desk.errands.carry_out(ImportProvision(file))
    assert desk.installation.names() == ["save_settings"]


def test_a_secret_in_a_companys_file_is_refused(desk: Desk, tmp_path: Path):
    file = tmp_path / "provision.toml"
    file.write_text('[feishu]\napp_secret = "s3cr3t"\n')
    with pytest.raises(SettingsInvalid) as refused:
        desk.errands.carry_out(ImportProvision(file))
    assert "s3cr3t" not in repr(refused.value)
    assert desk.installation.settings == READY


def test_diagnostics_are_saved_also_over_an_older_file(desk: Desk, tmp_path: Path):
    file = tmp_path / "report.zip"
    file.write_text("old")
    desk.errands.carry_out(SaveDiagnostics(file))
    assert file.read_bytes()[:2] == b"PK"


def test_everything_is_forgotten_on_request(desk: Desk):
    desk.installation.secrets = {"feishu.app_secret": "a", "outlook.client_secret": "b"}
    desk.errands.carry_out(ForgetEverything())
    assert desk.installation.secrets == {}
    assert desk.installation.settings == Settings()
    assert desk.installation.people == dict.fromkeys(Side)


def test_what_is_no_errand_is_a_fault_of_ours(desk: Desk):
    with pytest.raises(TypeError):
        desk.errands.carry_out(SyncNow())
