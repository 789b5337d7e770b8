"""diagnostics FILE.zip: an archive for a bug report. Needs neither readable settings nor a sound database."""

from __future__ import annotations

from core.diagnostics import save
from terminal import build
from terminal.columns import printable
from terminal.commands import Context
from terminal.exit_codes import ExitCode
from texts.language import _
from texts.product import VERSION


def diagnostics(context: Context) -> ExitCode:
    terminal, file = context.terminal, context.options.file
    try:
        contents = save(file, build.data_dir(context.options), VERSION)
    except FileExistsError:
        terminal.tell(printable(_("There is a file already, it was left as it is: {file}", file=file)))
        terminal.emit({"result": "failed", "file": str(file), "contents": []})
        return ExitCode.USAGE
    except OSError as error:
        why = error.strerror or type(error).__name__
        terminal.tell(printable(_("The file can’t be written: {why}", why=why)))
        terminal.emit({"result": "failed", "file": str(file), "contents": []})
        return ExitCode.USAGE
    terminal.say(printable(_("Written: {file}", file=file)))
    terminal.say(
        _("It has no title and no text of any event, no name and no secret. Look before you send it.")
    )
    terminal.emit({"result": "ok", "file": str(file), "contents": list(contents)})
    return ExitCode.ALL_WELL
