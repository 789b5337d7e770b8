"""Instead of PyInstaller's own hook. We use local sockets only and TLS of Python: no plug-ins, no OpenSSL."""

from PyInstaller.utils.hooks.qt import add_qt6_dependencies

hiddenimports, _plugins, datas = add_qt6_dependencies(__file__)
binaries: list[tuple[str, str]] = []
