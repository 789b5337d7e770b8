from __future__ import annotations

from ui.reachability import NetworkWatch


def test_it_speaks_up_only_when_the_network_comes_back():
    ways = iter([True, False, False, True, True])
    watch = NetworkWatch(lambda: next(ways))
    assert [watch.has_come_back() for _ in range(5)] == [False, False, False, True, False]
