"""Whatever comes from outside is bent, cut and swapped, and nothing but what is foreseen may come of it.

A bad row is one skipped event with a reason; a bad file is an error with a name; never a crash, never a sync
that is stuck, never work or memory out of proportion. Work is counted (calls of functions), never timed.

The test command tries the same few thousand inputs each time, in well under a minute. The long version tries
others, as long as it is told to, and counts them:

    python -m tests.fuzz --minutes 30                   every kind in turn, until the time is over
    python -m tests.fuzz --minutes 5 rules ledger       these kinds only
    python -m tests.fuzz --seed 17 --minutes 1 rules    beginning with the seed that found something
"""
