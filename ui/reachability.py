"""Noticing that the network has come back. A hint only: what a request meets decides. Main thread."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

log = logging.getLogger(__name__)

Reach = QNetworkInformation.Reachability


class NetworkWatch(QObject):
    came_back = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_online = True

    def start(self) -> None:
        """Systems without such a service are asked nothing: the schedule tries again anyway."""
        if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            log.info("nobody tells whether there is a network")
            return
        known = QNetworkInformation.instance()
        self._was_online = known.reachability() is Reach.Online
        known.reachabilityChanged.connect(self.heard)

    def heard(self, reach: Reach) -> None:
        was_online, self._was_online = self._was_online, reach is Reach.Online
        if self._was_online and not was_online:
            self.came_back.emit()
