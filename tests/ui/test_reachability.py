from __future__ import annotations

from pytestqt.qtbot import QtBot

from ui.reachability import NetworkWatch, Reach


def test_it_speaks_up_only_when_the_network_comes_back(qtbot: QtBot):
    watch = NetworkWatch()
    heard: list[bool] = []
    watch.came_back.connect(lambda: heard.append(True))
    for reach in (Reach.Online, Reach.Disconnected, Reach.Local, Reach.Online, Reach.Online):
        watch.heard(reach)
    assert len(heard) == 1
