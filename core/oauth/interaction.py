"""How a sign-in reaches the person: what the window or the terminal lends it for a few minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.ports import Stop

if TYPE_CHECKING:
    from core.oauth.last_page import LastPage


@dataclass(frozen=True, slots=True)
class Interaction:
    announce: Callable[[str], None]
    """Is told the address of the service's page, to print it or to offer it for copying."""
    browse: Callable[[str], object]
    """Then opens it in the person's browser, if it can."""
    stop: Stop
    page: Callable[[Mapping[str, str]], LastPage]
    """The last page that the browser shows, by the parameters of the answer. Called in another thread."""
    show_code: Callable[[str, str], None] | None = None
    """Chooses Feishu's device flow, which needs no redirect URL; is told the address and the code to type in
    there."""
    pasted: Callable[[], str] | None = None
    """Asked again and again for the address that the browser ended on, where Microsoft's redirect is
    "nativeclient"; empty: not yet. None: nobody is there to paste it."""
