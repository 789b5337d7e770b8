import pytest

from tests.fuzz.effort import tried


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for module, number in tried.items():
        terminalreporter.write_line(f"tried {number} inputs in {module}")
