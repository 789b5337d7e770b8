"""The engine in stories that a number tells, each of them the same again for the same number.

`world.py` holds both services in memory, the real ledger on disk and a clock that is set, and lets the real
program run once. `people.py` is what people do to both sides, to the settings and to the clock; `faults.py`
is what goes wrong, aimed at one call of one run. `story.py` puts them in an order. `checks.py` says what must
be true after every run, and after everything has come to rest; `model.py` says, by other means than those of
the program, what Outlook has to show. `census.py` counts where the stories went; `mutants.py` are broken
programs that they must notice.

Two thousand steps are in the test command; hours of them: `python -m tests.simulation --hours 8`.
A story that failed is told again by its number: `python -m tests.simulation --first 4711 --stories 1`.
"""
