"""The tray icons: drawn at any size, so that they are sharp on every panel.

An icon is one mask in one colour. Its glyph is cut out, not painted: the panel shows through, whatever its
colour, and macOS can use the mask alone (a template image). Straight edges lie on whole pixels; the five
states differ in outline or in hole, never in colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from functools import cache

from PIL import Image, ImageChops, ImageDraw

from texts.report import State

FRAMES = 8
"""Pictures of one half turn of the syncing arrows; the other half looks the same."""

_GRID = 16
_OVERSAMPLING = 8


class Panel(Enum):
    """What the icon lies on."""

    LIGHT = "light"
    DARK = "dark"


_COLOURS = {
    State.UP_TO_DATE: {Panel.LIGHT: "#1f9254", Panel.DARK: "#4cc38a"},
    State.SYNCING: {Panel.LIGHT: "#1b6fd8", Panel.DARK: "#5aa9ff"},
    State.PAUSED: {Panel.LIGHT: "#626b76", Panel.DARK: "#c3c9d1"},
    State.OFFLINE: {Panel.LIGHT: "#626b76", Panel.DARK: "#c3c9d1"},
    State.NEEDS_YOU: {Panel.LIGHT: "#d4500c", Panel.DARK: "#ffa23a"},
}


@cache
def icon(state: State, size: int, panel: Panel, frame: int = 0) -> Image.Image:
    """An RGBA picture of `size` × `size` pixels. `frame` (0 to FRAMES - 1) turns the syncing arrows."""
    mask = _MASKS[state](_Pen(size), frame)
    picture = Image.new("RGBA", (size, size), _COLOURS[state][panel])
    picture.putalpha(mask.resize((size, size), Image.Resampling.BOX))
    return picture


class _Pen:
    """Draws on a mask in units of a 16 × 16 grid, larger than life."""

    def __init__(self, size: int) -> None:
        self.pixels = size
        self.scale = size * _OVERSAMPLING / _GRID
        self.side = size * _OVERSAMPLING

    def blank(self) -> Image.Image:
        return Image.new("L", (self.side, self.side), 0)

    def snap(self, units: float) -> float:
        """The nearest edge between two pixels of the finished icon."""
        return round(units * self.pixels / _GRID) * _OVERSAMPLING

    def box(
        self, mask: Image.Image, box: tuple[float, float, float, float], *, radius: float = 0, ink: int = 255
    ) -> None:
        left, top, right, bottom = (self.snap(edge) for edge in box)
        ImageDraw.Draw(mask).rounded_rectangle(
            (left, top, right - 1, bottom - 1), radius * self.scale, fill=ink
        )

    def line(self, mask: Image.Image, points: list[tuple[float, float]], *, width: float, ink: int) -> None:
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        draw = ImageDraw.Draw(mask)
        draw.line(scaled, fill=ink, width=round(width * self.scale), joint="curve")
        for x, y in scaled:
            self._dot(draw, x, y, width * self.scale / 2, ink)

    def polygon(self, mask: Image.Image, points: list[tuple[float, float]], *, rounding: float = 0) -> None:
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        draw = ImageDraw.Draw(mask)
        draw.polygon(scaled, fill=255)
        if rounding:
            self.line(mask, [*points, points[0]], width=rounding * 2, ink=255)

    def arc(self, mask: Image.Image, *, radius: float, width: float, start: float, end: float) -> None:
        outer = (radius + width / 2) * self.scale
        middle = self.side / 2
        ImageDraw.Draw(mask).arc(
            (middle - outer, middle - outer, middle + outer, middle + outer),
            start,
            end,
            fill=255,
            width=round(width * self.scale),
        )

    @staticmethod
    def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, ink: int) -> None:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def _page(pen: _Pen) -> Image.Image:
    """A calendar page with its two rings: the body of the quiet states."""
    mask = pen.blank()
    pen.box(mask, (1, 3, 15, 15), radius=2.5)
    pen.box(mask, (4, 1, 6, 4), radius=0.6)
    pen.box(mask, (10, 1, 12, 4), radius=0.6)
    return mask


def _up_to_date(pen: _Pen, _frame: int) -> Image.Image:
    mask = _page(pen)
    pen.line(mask, [(4.6, 9.1), (7.0, 11.5), (11.6, 6.7)], width=1.9, ink=0)
    return mask


def _paused(pen: _Pen, _frame: int) -> Image.Image:
    mask = _page(pen)
    pen.box(mask, (5, 6, 7, 12), ink=0)
    pen.box(mask, (9, 6, 11, 12), ink=0)
    return mask


def _offline(pen: _Pen, _frame: int) -> Image.Image:
    mask = _page(pen)
    pen.box(mask, (3, 6, 13, 13), radius=0.8, ink=0)
    return mask


def _syncing(pen: _Pen, frame: int) -> Image.Image:
    """Two arrows that chase each other clockwise; PIL counts degrees clockwise from three o'clock."""
    radius, neck = 5.2, math.radians(318)
    arrow = pen.blank()
    pen.arc(arrow, radius=radius, width=2.1, start=192, end=318)
    pen.polygon(
        arrow, [_polar(radius - 2.9, neck), _polar(radius + 2.9, neck), _polar(radius + 0.4, neck + 0.72)]
    )
    mask = ImageChops.lighter(arrow, arrow.rotate(180))
    return mask.rotate(-180 * frame / FRAMES, resample=Image.Resampling.BILINEAR)


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return _GRID / 2 + radius * math.cos(angle), _GRID / 2 + radius * math.sin(angle)


def _needs_you(pen: _Pen, _frame: int) -> Image.Image:
    mask = pen.blank()
    pen.polygon(mask, [(8, 2.2), (14.4, 13.8), (1.6, 13.8)], rounding=1.2)
    pen.box(mask, (7, 5, 9, 10), ink=0)
    pen.box(mask, (7, 11, 9, 13), ink=0)
    return mask


_MASKS: dict[State, Callable[[_Pen, int], Image.Image]] = {
    State.UP_TO_DATE: _up_to_date,
    State.SYNCING: _syncing,
    State.PAUSED: _paused,
    State.OFFLINE: _offline,
    State.NEEDS_YOU: _needs_you,
}
