"""How much is tried: a little, always the same, in the test command; more, and new, in the long version."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

TIMES, SEED = "FUZZ_TIMES", "FUZZ_SEED"
"""Names of environment variables: how many times the usual number of inputs, and the seed that draws them.
Without a seed the inputs are always the same (tests/conftest.py)."""

tried: Counter[str] = Counter()
"""Inputs, by the module of the test that tried them."""

_Test = Callable[..., None]
_IN_SPITE_OF_SIZE = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def fuzz(examples: int, **inputs: st.SearchStrategy[Any]) -> Callable[[_Test], _Test]:
    """Runs a test with that many inputs, or a multiple of it in the long version."""

    def decorate(test: _Test) -> _Test:
        @wraps(test)
        def counted(*arguments: Any, **named: Any) -> None:
            tried[test.__module__] += 1
            test(*arguments, **named)

        chosen = os.environ.get(SEED)
        times = int(os.environ.get(TIMES, "1"))
        many = settings(max_examples=examples * times, derandomize=chosen is None)
        fuzzed: _Test = _IN_SPITE_OF_SIZE(many(given(**inputs)(counted)))
        return fuzzed if chosen is None else seed(int(chosen))(fuzzed)

    return decorate
