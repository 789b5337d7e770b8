"""Language, start at login, network, and how much the log says."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.settings import InterfaceLanguage, LogLevel, Settings
from texts.language import _
from ui.messages import Overview
from ui.widgets import FieldBox, add_field

LANGUAGE, LOG_LEVEL = "ui.language", "ui.log_level"
PROXY, CERTIFICATES = "network.proxy", "network.ca_bundle"
START = "ui.start_at_login"


class GeneralPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._language, self._level = QComboBox(), QComboBox()
        for value, text in (
            (InterfaceLanguage.AUTO, _("As the system")),
            (InterfaceLanguage.ENGLISH, "English"),
            (InterfaceLanguage.CHINESE, "简体中文"),
        ):
            self._language.addItem(text, value.value)
        for level, text in (
            (LogLevel.WARNING, _("Only what went wrong")),
            (LogLevel.INFO, _("Normal")),
            (LogLevel.DEBUG, _("Everything, to track down a problem")),
        ):
            self._level.addItem(text, level.value)
        self._start = QCheckBox(_("&Start when I log in to the computer"))
        self._proxy, self._certificates = QLineEdit(), QLineEdit()
        browse = QPushButton(_("&Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._choose_certificates)
        self.boxes = {
            LANGUAGE: FieldBox(self._language),
            START: FieldBox(self._start),
            PROXY: FieldBox(self._proxy, _("Empty: the system’s. “none”: none. Otherwise http://host:port")),
            CERTIFICATES: FieldBox(
                self._certificates, _("A file of certificates to trust in addition to the system’s.")
            ),
            LOG_LEVEL: FieldBox(self._level),
        }
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_field(form, _("Lan&guage:"), self.boxes[LANGUAGE])
        form.addRow("", self.boxes[START])
        add_field(form, _("Pro&xy:"), self.boxes[PROXY])
        add_field(form, _("Certi&ficates:"), self.boxes[CERTIFICATES])
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(browse)
        form.addRow("", row)
        add_field(form, _("The &log has:"), self.boxes[LOG_LEVEL])

    def fill(self, overview: Overview) -> None:
        ui, network = overview.settings.ui, overview.settings.network
        self._language.setCurrentIndex(self._language.findData(ui.language.value))
        self._level.setCurrentIndex(self._level.findData(ui.log_level.value))
        self._start.setChecked(ui.start_at_login)
        self._proxy.setText(network.proxy)
        self._certificates.setText(network.ca_bundle)

    def applied(self, settings: Settings) -> Settings:
        ui = replace(
            settings.ui,
            language=InterfaceLanguage(self._language.currentData()),
            log_level=LogLevel(self._level.currentData()),
            start_at_login=self._start.isChecked(),
        )
        network = replace(
            settings.network, proxy=self._proxy.text().strip(), ca_bundle=self._certificates.text().strip()
        )
        return replace(settings, ui=ui, network=network)

    def _choose_certificates(self) -> None:
        file, _kind = QFileDialog.getOpenFileName(
            self, _("Certificates"), "", _("Certificates (*.pem *.crt *.cer);;All files (*)")
        )
        if file:
            self._certificates.setText(file)
