from __future__ import annotations

import itertools

import pytest
from PIL import Image, ImageChops

from texts.report import State
from ui.icons import FRAMES, Panel, icon

SIZES = (16, 22, 24, 32, 64, 256)


def mask(state: State, size: int = 16, frame: int = 0) -> Image.Image:
    return icon(state, size, Panel.DARK, frame).getchannel("A")


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of the picture that differs, 0 to 1."""
    histogram = ImageChops.difference(one, other).histogram()
    return sum(value * count for value, count in enumerate(histogram)) / 255 / (one.width * one.height)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", State)
def test_every_icon_has_the_size_asked_for_and_something_to_see(state: State, size: int):
    picture = icon(state, size, Panel.LIGHT)
    assert (picture.mode, picture.size) == ("RGBA", (size, size))
    assert 0.2 < sum(picture.getchannel("A").tobytes()) / 255 / size**2 < 0.9


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(State, 2)))
@pytest.mark.parametrize("size", [16, 22, 32])
def test_two_states_differ_in_shape_even_without_colour(one: State, other: State, size: int):
    assert difference(mask(one, size), mask(other, size)) > 0.08


def test_offline_is_hollow_and_up_to_date_is_not():
    def middle(state: State) -> int:
        pixel = mask(state).getpixel((8, 11))
        assert isinstance(pixel, int)
        return pixel

    assert middle(State.OFFLINE) == 0
    assert mask(State.UP_TO_DATE).getpixel((3, 12)) == 255


def test_the_arrows_turn_and_half_a_turn_later_look_the_same():
    frames = [mask(State.SYNCING, 64, frame) for frame in range(FRAMES)]
    for one, other in itertools.pairwise(frames):
        assert difference(one, other) > 0.05
    assert difference(frames[0], mask(State.SYNCING, 64, FRAMES)) < 0.01


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("panel", "ground"), [(Panel.LIGHT, 0.93), (Panel.DARK, 0.03)])
def test_every_icon_stands_out_from_its_panel(state: State, panel: Panel, ground: float):
    """3 : 1, as WCAG 2.2 (1.4.11) asks of graphics; `ground` is the panel's relative luminance."""
    channels = icon(state, 64, panel).getpixel((0, 0))
    assert isinstance(channels, tuple)
    red, green, blue = (_linear(channel / 255) for channel in channels[:3])
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    lighter, darker = max(luminance, ground), min(luminance, ground)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
