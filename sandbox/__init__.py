"""Two simulated services on loopback, Feishu and Microsoft, for the demo and the tests.

with Sandbox(sample=True) as sandbox:
    print(sandbox.page_url)
"""

from sandbox.journal import Delay, Fault, Journal, Moment, Reply, Request, Reset, Service, Truncated
from sandbox.server import Sandbox

__all__ = [
    "Delay",
    "Fault",
    "Journal",
    "Moment",
    "Reply",
    "Request",
    "Reset",
    "Sandbox",
    "Service",
    "Truncated",
]
