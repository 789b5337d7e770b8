"""What holds for every test: a home of its own, no keyring, no screen and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

# The same examples everywhere, and none judged by the clock: a busy computer is no failure.
settings.register_profile(
    "everywhere",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("everywhere")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYSTRAY_BACKEND", "dummy")  # pystray looks for a screen while it is imported


def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis writes down what it finds while collecting, too: not into the checkout."""
    directory = tempfile.TemporaryDirectory(prefix="hypothesis-", ignore_cleanup_errors=True)
    config.add_cleanup(directory.cleanup)
    set_hypothesis_home_dir(directory.name)


HOMES = {
    "HOME": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
}
FROM_OUTSIDE = (
    "LANGUAGE", "BROWSER", "PYTHON_KEYRING_BACKEND",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
)  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def private_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home that this process and the programs it starts see; settings of this machine stay out."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name, place in HOMES.items():
            (home / place).mkdir(mode=0o700, parents=True, exist_ok=True)
            patch.setenv(name, str(home / place))
        for name in FROM_OUTSIDE:
            patch.delenv(name, raising=False)
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={home}/no-bus")
        yield home


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory as a fresh start finds it: it is not there yet."""
    return tmp_path / "data"


class LeftLoopback(BaseException):
    """Not an Exception: the code under test must not take it for a network that is down."""


def is_loopback(host: object) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, *arguments: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(arguments[-1][0]):
                raise LeftLoopback(arguments[-1])
            return original(self, *arguments)

        return call

    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and str(name).endswith(".invalid"):
            raise socket.gaierror(
                socket.EAI_NONAME, "Name or service not known"
            )  # RFC 6761: it never resolves
        if name is not None and not is_loopback(name):
            raise LeftLoopback(name)
        return original_resolve(host, *arguments, **options)

    original_resolve = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "bind", "sendto"):
            patch.setattr(socket.socket, method, guarded(getattr(socket.socket, method)))
        patch.setattr(socket, "getaddrinfo", resolve)
        yield
