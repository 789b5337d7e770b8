"""Qt and the tray.

Qt's binding puts a function of its own in the place of Python's `__import__`: it reads the source of every
module that is imported from then on, looks for a word in it, and keeps it. That is 26 MB by the end of the
first run, and a tenth of the time until the icon shows. It is there for `from __feature__ import …`, which
nobody here uses.
"""

import builtins

import shiboken6  # noqa: F401  # puts it there, and what it replaced beside it

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
