"""The simulated Feishu: one tenant, one app, a person's calendars."""

from sandbox.feishu.fill import fill
from sandbox.feishu.quirks import Consent, Quirks
from sandbox.feishu.world import FeishuWorld

__all__ = ["Consent", "FeishuWorld", "Quirks", "fill"]
