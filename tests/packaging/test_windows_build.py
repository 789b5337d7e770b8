"""What packaging/windows/build.py judges by. Wine itself is too heavy for here."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.microsoft import consent
from sandbox.microsoft.world import Person
from tests.packaging.windows_build import FOLDER, load

ROOT = FOLDER.parents[1]
contents, desktop, interpreter = load("contents"), load("desktop"), load("interpreter")
browser, trial, wheels = load("sign_in_browser"), load("trial"), load("wheels")

GENUINE = """\
Current message digest    : AB12
Calculated message digest : AB12
\tSigner #0:
\t\tSubject: /C=US/O=Python Software Foundation/CN=Python Software Foundation
Signature verification: ok
"""
HEADERS = """\
Subsystem\t\t00000003\t(Windows CUI)
\tDLL Name: python311.dll
\tDLL Name: KERNEL32.dll
\tDLL Name: api-ms-win-crt-heap-l1-1-0.dll
"""


def test_the_makers_signature_over_these_very_bytes_is_accepted() -> None:
    assert interpreter.is_signed_by_python(GENUINE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Calculated message digest : AB12", "Calculated message digest : AB13"),
        ("Signature verification: ok", "Signature verification: failed"),
        ("/CN=Python Software Foundation", "/CN=Python Software Foundation Fans"),
        ("Current message digest    : AB12\n", ""),
    ],
)
def test_another_content_chain_or_signer_is_not(before: str, after: str) -> None:
    assert not interpreter.is_signed_by_python(GENUINE.replace(before, after))


def test_windows_gets_the_locked_libraries_and_what_builds_with_their_hashes() -> None:
    lines = wheels.for_windows(ROOT, interpreter.VERSION).splitlines()
    names = [line.partition("==")[0] for line in lines]
    assert {"pywin32-ctypes", "pyside6-essentials", "pyinstaller", "pefile"} <= set(names)
    assert {"jeepney", "secretstorage", "pyobjc-core", "pytest"}.isdisjoint(names)
    assert len(names) == len(set(names))
    assert all("--hash=sha256:" in line and ";" not in line for line in lines)


def test_the_headers_tell_subsystem_and_libraries() -> None:
    headers = contents.parse_headers(HEADERS)
    assert headers.subsystem == contents.CONSOLE
    assert headers.imports == {"python311.dll", "kernel32.dll", "api-ms-win-crt-heap-l1-1-0.dll"}


def test_a_text_is_no_program() -> None:
    with pytest.raises(ValueError, match="PE format"):
        contents.parse_headers("file format not recognized")


def test_a_library_is_of_the_folder_or_of_windows_or_missing() -> None:
    needed = {"kernel32.dll", "api-ms-win-core-synch-l1-2-0.dll", "qt6core.dll", "libgcc_s_seh-1.dll"}
    assert contents.unresolved(needed, {"qt6core.dll"}) == ["libgcc_s_seh-1.dll"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built folder without a fault. Its headers are read by the name of the file."""
    for name in (*contents.SUBSYSTEMS, "qt6core.dll"):
        (tmp_path / name).write_bytes(b"MZ")

    def headers_of(file: Path) -> object:
        return contents.Headers(
            contents.SUBSYSTEMS.get(file.name, contents.GUI), frozenset({"kernel32.dll", "qt6core.dll"})
        )

    monkeypatch.setattr(contents, "headers_of", headers_of)
    return tmp_path


def test_a_folder_of_ours_and_of_windows_names_has_no_fault(folder: Path) -> None:
    assert contents.faults(folder) == []


@pytest.mark.parametrize("mark", [b"Wine builtin DLL", b"Wine placeholder DLL"])
def test_a_library_of_wine_is_found_under_any_name(folder: Path, mark: bytes) -> None:
    (folder / "_internal").mkdir()
    (folder / "_internal" / "harmless.dat").write_bytes(b"MZ" + bytes(62) + mark)
    assert contents.faults(folder) == [f"{Path('_internal/harmless.dat')}: came from Wine"]


@pytest.mark.parametrize("source", sorted((FOLDER / "stand_ins").glob("*.c")), ids=lambda source: source.stem)
def test_a_stand_in_for_trials_is_found(folder: Path, source: Path) -> None:
    (folder / f"{source.stem.upper()}.DLL").write_bytes(b"MZ")
    [fault] = contents.faults(folder)
    assert "stand-in" in fault


def test_a_program_that_would_open_a_console_is_a_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contents.SUBSYSTEMS, contents.TERMINAL, contents.GUI)
    monkeypatch.setattr(contents, "headers_of", lambda _: contents.Headers(contents.CONSOLE, frozenset()))
    assert [fault.partition(":")[0] for fault in contents.faults(folder)] == list(contents.SUBSYSTEMS)


def test_the_desktop_knows_its_windows_and_where_the_icon_is() -> None:
    title = "10\t10\t500\t400\tQt6113QWindowIcon\tSet up – Feishu–Outlook Sync\n"
    assert desktop.place_of_icon(desktop.parse(title)) is None
    found = desktop.parse(title + "0\t780\t1280\t800\tShell_TrayWnd\t\nnoise\n")
    assert [window.title for window in found] == ["Set up – Feishu–Outlook Sync", ""]
    assert desktop.place_of_icon(found).middle == ("1270", "790")


def test_the_browser_of_the_trial_agrees_to_what_the_page_asks() -> None:
    page = consent.page(Person(), frozenset(), {"state": 'a&b"c', "nonce": "7"})
    assert browser.agreement(page) == (
        "",
        [("state", 'a&b"c'), ("nonce", "7"), ("decision", "accept")],
    )
    assert browser.agreement("<p>You can close this page.</p>") is None


def test_calendars_are_mirrored_when_all_from_tomorrow_on_is_there() -> None:
    event = {"title": "Tea", "start": "09:00", "end": "10:00"}
    there, mirror = {**event, "calendar": ""}, {**event, "calendar": "Feishu"}
    today = {"feishu": [there], "outlook": []}
    assert trial.is_mirrored([today, {"feishu": [there], "outlook": [mirror]}])
    assert not trial.is_mirrored([today, {"feishu": [there], "outlook": []}])
    assert not trial.is_mirrored([today, {"feishu": [], "outlook": []}])
