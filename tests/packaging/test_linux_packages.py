"""The .deb and the archive with its install script, packed around a small stand-in for the built program."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from texts.product import VERSION
from ui.autostart import Autostart

LINUX = Path(__file__).resolve().parents[2] / "packaging" / "linux"
NAME = "feishu-outlook-sync"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as PyInstaller makes it: a program, and a library beside it that a link leads to."""
    folder = tmp_path_factory.mktemp("built") / NAME
    (folder / "_internal").mkdir(parents=True)
    shutil.copy(shutil.which("sleep") or "", folder / NAME)
    (folder / "_internal" / "library.so.1").write_bytes(b"\x7fELF GLIBC_2.4 GLIBC_2.33 GLIBC_2.17")
    (folder / "_internal" / "library.so").symlink_to("library.so.1")
    return folder


@pytest.fixture(scope="module")
def packages(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(built, tmp_path_factory.mktemp("packages"))


@pytest.fixture
def unpacked(packages: Path, tmp_path: Path) -> Path:
    """What a person has after `tar xf`, in a home with a space in its name."""
    home = tmp_path / "the home"
    with tarfile.open(next(packages.glob("*.tar"))) as archive:
        archive.extractall(home / "Downloads", filter="data")
    return home / "Downloads" / f"{NAME}-{VERSION}"


def pack(built: Path, output: Path) -> Path:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    command = [sys.executable, LINUX / "pack.py", built, output, "--fast"]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return output


def ask_dpkg(*command: str | Path) -> str:
    return subprocess.run(["dpkg-deb", *command], check=True, capture_output=True, text=True).stdout


def install(unpacked: Path, *options: str, script: Path | None = None) -> subprocess.CompletedProcess[str]:
    home = unpacked.parents[1]
    return subprocess.run(
        [script or unpacked / "install.sh", *options],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def test_packing_again_gives_the_same_bytes(built: Path, packages: Path, tmp_path: Path) -> None:
    again = pack(built, tmp_path)
    assert sums(again) == sums(packages)
    assert len(sums(again)) == 2


def sums(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_debian_is_told_what_the_program_needs(packages: Path) -> None:
    package = next(packages.glob("*.deb"))
    fields = dict(re.findall(r"^([\w-]+): (.*)$", ask_dpkg("--field", package), re.MULTILINE))
    assert (fields["Package"], fields["Version"]) == (NAME, VERSION)
    assert package.name == f"{NAME}_{VERSION}_{fields['Architecture']}.deb"
    needed = fields["Depends"].split(", ")
    assert {"libgl1", "libegl1", "libx11-6", "libglib2.0-0t64 | libglib2.0-0"} <= set(needed)
    assert re.fullmatch(r"libc6 \(>= 2\.(3[3-9]|[4-9]\d)\)", needed[0])
    assert len(needed) == len(set(needed))


def test_the_package_holds_command_menu_entry_icons_and_documents(packages: Path, tmp_path: Path) -> None:
    ask_dpkg("-x", next(packages.glob("*.deb")), tmp_path)
    assert (tmp_path / "usr/bin" / NAME).resolve() == tmp_path / "usr/lib" / NAME / NAME
    assert os.access(tmp_path / "usr/bin" / NAME, os.X_OK)
    assert (tmp_path / "usr/lib" / NAME / "_internal/library.so").is_symlink()
    for size in (16, 24, 48, 256):
        with Image.open(tmp_path / f"usr/share/icons/hicolor/{size}x{size}/apps/{NAME}.png") as icon:
            assert (icon.size, icon.mode) == ((size, size), "RGBA")
    documents = tmp_path / "usr/share/doc" / NAME
    assert "MIT License" in (documents / "copyright").read_text("utf-8")
    assert (documents / "changelog.gz").exists()
    subprocess.run(["desktop-file-validate", tmp_path / f"usr/share/applications/{NAME}.desktop"], check=True)


def test_nothing_in_the_package_is_of_the_builder_or_open_to_everybody(packages: Path) -> None:
    for line in ask_dpkg("-c", next(packages.glob("*.deb"))).splitlines():
        rights, owner = line.split()[:2]
        assert owner == "root/root"
        assert rights in {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"}


def test_the_sums_fit_the_files(packages: Path, tmp_path: Path) -> None:
    ask_dpkg("-R", next(packages.glob("*.deb")), tmp_path)
    checked = subprocess.run(
        ["md5sum", "-c", "DEBIAN/md5sums"], cwd=tmp_path, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_the_script_installs_for_one_person_and_removes_without_a_trace(unpacked: Path) -> None:
    home = unpacked.parents[1]
    downloaded = everything_below(home)
    done = install(unpacked)
    assert done.returncode == 0, done.stderr
    program = home / ".local/lib" / NAME / NAME
    assert (home / ".local/bin" / NAME).resolve() == program
    entry = home / f".local/share/applications/{NAME}.desktop"
    assert f'\nExec="{program}"\n' in entry.read_text("utf-8")
    subprocess.run(["desktop-file-validate", entry], check=True)
    assert (home / f".local/share/icons/hicolor/48x48/apps/{NAME}.png").exists()

    removed = install(unpacked, "--uninstall", script=program.with_name("install.sh"))
    assert removed.returncode == 0, removed.stderr
    assert everything_below(home) - {".local/share/icons/hicolor/icon-theme.cache"} <= downloaded | {
        ".local/share/applications/mimeinfo.cache"
    }


def test_removing_ends_the_start_at_login_of_this_program_and_of_no_other(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = unpacked.parents[1]
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    install(unpacked)
    ours = Autostart((str(home / ".local/lib" / NAME / NAME),), platform="linux")
    others = Autostart(("/usr/bin/python3", "tray_app.py"), name=f"{NAME}-other", platform="linux")
    for start in (ours, others):
        start.set(wanted=True)
    install(unpacked, "--uninstall")
    assert [file.name for file in (home / ".config/autostart").iterdir()] == [f"{NAME}-other.desktop"]


def test_installing_again_leaves_nothing_of_the_older_version(unpacked: Path) -> None:
    install(unpacked)
    left_over = unpacked.parents[1] / ".local/lib" / NAME / "_internal/of_the_older_version.so"
    left_over.touch()
    assert install(unpacked).returncode == 0
    assert not left_over.exists()


def test_a_running_program_is_not_pulled_away(unpacked: Path) -> None:
    install(unpacked)
    program = unpacked.parents[1] / ".local/lib" / NAME / NAME
    with subprocess.Popen([program, "300"]) as running:  # the stand-in is `sleep`
        for options in ([], ["--uninstall"]):
            refused = install(unpacked, *options)
            assert refused.returncode == 1
            assert "Quit" in refused.stderr
        running.terminate()
    assert program.exists()


def test_an_option_that_it_does_not_know_changes_nothing(unpacked: Path) -> None:
    assert install(unpacked, "--remove").returncode == 2
    assert not (unpacked.parents[1] / ".local").exists()


def test_the_script_is_sound() -> None:
    subprocess.run(["sh", "-n", LINUX / "install.sh"], check=True)
