"""A computer on which the services' own names lead to the sandbox, whose authority its system trusts.

    unshare --net --mount python -m tests.whole.production_world FOLDER

It has a network of its own, where port 443 is free, and mounts of its own: nothing leaves the process.
The program is started as people start it, with the settings that it ships with. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import Sandbox, Service
from sandbox.feishu.quirks import Consent
from sandbox.microsoft.switches import SignIn

ROOT = Path(__file__).parents[2]
HOSTS = ("open.feishu.cn", "accounts.feishu.cn", "login.microsoftonline.com", "graph.microsoft.com")
TRUSTED = Path("/etc/ssl/certs")
SETTINGS = """[feishu]
app_id = "{app_id}"
[outlook]
client_id = "{client_id}"
[[pairs]]
id = "work"
feishu_calendar = "primary"
outlook_calendar = "Feishu"
"""
BROWSER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=20)"


def main(folder: Path) -> None:
    _run("ip", "link", "set", "lo", "up")
    hosts = folder / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *HOSTS)))
    with _mounted(hosts, Path("/etc/hosts")), Sandbox(sample=True, https_port=443, hosts=HOSTS) as sandbox:
        sandbox.feishu.consent = Consent.APPROVE
        sandbox.microsoft.switches.sign_in = SignIn.AUTO
        data_dir = folder / "data"
        data_dir.mkdir()
        settings = SETTINGS.format(app_id=sandbox.feishu.app_id, client_id=sandbox.microsoft.client_id)
        (data_dir / "settings.toml").write_text(settings)
        told: dict[str, object] = {}
        with _mounted(_authorities(folder / "certs", sandbox.ca_file), TRUSTED):
            told["secret"] = _program(data_dir, "secret", "feishu.app_secret", said=sandbox.feishu.app_secret)
            told["sign-in feishu"] = _program(data_dir, "sign-in", "feishu")
            told["sign-in outlook"] = _program(data_dir, "sign-in", "outlook")
            told["sync"] = _program(data_dir, "sync")
        told["asked"] = [sandbox.journal.count(service) for service in Service]
        sandbox.journal.clear()
        told["untrusted"] = _program(data_dir, "calendars")
        told["asked untrusted"] = [sandbox.journal.count(service) for service in Service]
        json.dump(told, sys.stdout)


def _authorities(folder: Path, authority: Path) -> Path:
    """As `update-ca-certificates` leaves them: single files under their hashes, and all in one."""
    folder.mkdir()
    for name in ("sandbox.pem", "ca-certificates.crt"):
        (folder / name).write_bytes(authority.read_bytes())
    _run("openssl", "rehash", str(folder))
    return folder


def _program(data_dir: Path, *arguments: str, said: str = "") -> dict[str, object]:
    browser = shlex.join([sys.executable, "-c", BROWSER])
    ended = subprocess.run(
        [sys.executable, "tray_app.py", "--json", "--data-dir", str(data_dir), *arguments],
        cwd=ROOT,
        env={**os.environ, "BROWSER": browser},
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {"code": ended.returncode, "report": json.loads(ended.stdout or "null"), "words": ended.stderr}


@contextmanager
def _mounted(source: Path, target: Path) -> Iterator[None]:
    _run("mount", "--bind", str(source), str(target))
    try:
        yield
    finally:
        _run("umount", str(target))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
