from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ui.provision import beside_the_program, wanted


def test_from_source_it_lies_beside_the_entry_point():
    assert (beside_the_program().parent / "tray_app.py").exists()


@pytest.mark.parametrize(
    ("executable", "place"),
    [
        ("/opt/sync/feishu-outlook-sync", "/opt/sync/provision.toml"),
        ("/Applications/Sync.app/Contents/MacOS/sync", "/Applications/provision.toml"),
    ],
)
def test_packaged_it_lies_beside_the_executable(monkeypatch: pytest.MonkeyPatch, executable: str, place: str):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", executable)
    assert beside_the_program() == Path(place)


def test_it_is_taken_over_only_where_there_are_no_settings_yet(tmp_path: Path):
    settings, provision = tmp_path / "settings.toml", tmp_path / "provision.toml"
    assert not wanted(settings, provision)
    provision.touch()
    assert wanted(settings, provision)
    settings.touch()
    assert not wanted(settings, provision)
