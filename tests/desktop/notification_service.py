"""org.freedesktop.Notifications on the session bus: records every call, and clicks where it is told to.

    python -m tests.desktop.notification_service FILE [click]

A line of JSON for each call of Notify. With `click` the notification's default action is invoked at once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from jeepney import DBusAddress, MessageType, message_bus, new_error, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"
ADDRESS = DBusAddress("/org/freedesktop/Notifications", interface=NAME)


def serve(file: Path, *, clicks: bool) -> None:
    connection = open_dbus_connection("SESSION")
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    file.touch()
    last = 0
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[3]
        if member != "Notify":
            connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
            continue
        program, replaces, _icon, title, text, actions, _hints, _ms = message.body
        last = replaces or last + 1
        connection.send(new_method_return(message, "u", (last,)))
        said = {
            "id": last,
            "replaces": replaces,
            "program": program,
            "title": title,
            "text": text,
            "actions": actions,
        }
        with file.open("a") as out:
            out.write(json.dumps(said) + "\n")
        if clicks:
            connection.send(new_signal(ADDRESS, "ActionInvoked", "us", (last, "default")))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), clicks="click" in sys.argv)
