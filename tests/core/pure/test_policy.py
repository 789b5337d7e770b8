"""A pair's rules: what is left out, what is hidden, what is cut."""

from __future__ import annotations

import re
from dataclasses import replace

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import policy
from core.description import LONGEST
from core.model import Content, Role, Row, RowStatus, ShowAs, Visibility
from core.policy import Window
from core.reasons import Code
from core.settings import PairSettings, Privacy
from tests.core.pure.rows import WORDS, at, row, utc

PAIR = PairSettings("work")
ROW = row(
    "a",
    at("2027-02-02", "10:00"),
    title="Merger",
    description="Secret plan",
    location="Room 5",
    meeting_url="https://vc.feishu.cn/j/1",
    organiser="Li Lei",
    app_link="https://applink.feishu.cn/x?a=1&b=2",
)


def content(of: Row, pair: PairSettings = PAIR, role: Role = Role.OWNER) -> Content:
    return policy.content(of, pair, WORDS, role)


def test_in_full_everything_is_said_with_the_meeting_first_and_the_footer_last() -> None:
    said = content(ROW)
    assert (said.subject, said.location) == ("Merger", "Room 5")
    assert said.body_html == (
        '<div>Join: <a href="https://vc.feishu.cn/j/1">https://vc.feishu.cn/j/1</a></div><br>'
        "<div>Organiser: Li Lei</div><br><div>Secret plan</div><br>"
        '<div>Copied from Feishu. <a href="https://applink.feishu.cn/x?a=1&amp;b=2">Open in Feishu</a></div>'
    )


def test_title_alone_hides_everything_but_title_and_link() -> None:
    said = content(ROW, replace(PAIR, privacy=Privacy.TITLE))
    assert (said.subject, said.location) == ("Merger", "")
    assert "Open in Feishu" in said.body_html
    for hidden in ("Secret", "Li Lei", "vc.feishu.cn"):
        assert hidden not in said.body_html


def test_busy_hides_everything() -> None:
    said = content(ROW, replace(PAIR, privacy=Privacy.BUSY, title_prefix="[F] "))
    assert (said.subject, said.location) == ("[F] Busy", "")
    assert said.body_html == "<div>Copied from Feishu.</div>"


@pytest.mark.parametrize(
    ("role", "visibility", "is_hidden"),
    [
        (Role.OWNER, Visibility.PRIVATE, False),
        (Role.WRITER, Visibility.PRIVATE, False),
        (Role.READER, Visibility.PRIVATE, True),
        (Role.FREE_BUSY_READER, Visibility.PRIVATE, True),
        (Role.UNKNOWN, Visibility.PRIVATE, True),
        (Role.READER, Visibility.DEFAULT, False),
        (Role.FREE_BUSY_READER, Visibility.DEFAULT, True),
        (Role.READER, Visibility.PUBLIC, False),
        (Role.FREE_BUSY_READER, Visibility.PUBLIC, False),
    ],
)
def test_an_empty_title_is_said_to_be_none_and_a_hidden_one_to_be_busy_and_private(
    role: Role, visibility: Visibility, is_hidden: bool
) -> None:
    said = content(replace(ROW, title="", visibility=visibility), role=role)
    assert said.subject == ("Busy" if is_hidden else "(No title)")
    assert said.is_private is (is_hidden or visibility is Visibility.PRIVATE)
    assert ("Secret" in said.body_html) is not is_hidden
    assert content(replace(ROW, visibility=visibility), role=role).subject == "Merger"


def test_private_stays_private() -> None:
    assert content(replace(ROW, visibility=Visibility.PRIVATE)).is_private
    assert not content(replace(ROW, visibility=Visibility.PUBLIC)).is_private


def test_the_meeting_is_the_place_where_there_is_no_other() -> None:
    assert content(replace(ROW, location="")).location == "https://vc.feishu.cn/j/1"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ShowAs.BUSY),
        ({"is_free": True}, ShowAs.FREE),
        ({"is_declined": True}, ShowAs.FREE),
        ({"status": RowStatus.TENTATIVE}, ShowAs.TENTATIVE),
        ({"status": RowStatus.TENTATIVE, "is_free": True}, ShowAs.FREE),
    ],
)
def test_show_as_follows_free_declined_and_not_answered(changes: dict[str, object], shown: ShowAs) -> None:
    assert content(replace(ROW, **changes)).show_as is shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "feishu", "expected"),
    [
        ("feishu", (), None),
        ("feishu", (5, 30, 10), 30),
        ("feishu", (-10,), None),
        ("feishu", (0, -10), 0),
        ("feishu", (20_160, 20_161), 20_160),
        ("none", (5,), None),
        (15, (5,), 15),
        (0, (), 0),
    ],
)
def test_the_one_reminder_is_the_earliest_or_what_the_pair_says(
    rule: str | int, feishu: tuple[int, ...], expected: int | None
) -> None:
    assert content(replace(ROW, reminders=feishu), replace(PAIR, reminders=rule)).reminder_minutes == expected


# --- what is cut ----------------------------------------------------------------------------------


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_subject_of_255_units_is_whole_and_a_longer_one_says_that_it_was_cut() -> None:
    assert content(replace(ROW, title="x" * 255)).subject == "x" * 255
    assert content(replace(ROW, title="x" * 256)).subject == "x" * 254 + "…"
    assert content(replace(ROW, title="😀" * 127)).subject == "😀" * 127
    assert content(replace(ROW, title="😀" * 128)).subject == "😀" * 127 + "…"
    assert content(replace(ROW, title="x" + "😀" * 127)).subject == "x" + "😀" * 127
    assert content(replace(ROW, title="x" + "😀" * 128)).subject == "x" + "😀" * 126 + "…"


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40).map(lambda some: some * 9),
    st.text(max_size=20),
)
def test_no_subject_is_too_long_or_has_half_a_character(title: str, prefix: str) -> None:
    prefix = prefix.encode("utf-8", "replace").decode()
    said = content(replace(ROW, title=title, location=title), replace(PAIR, title_prefix=prefix))
    for text in (said.subject, said.location):
        assert units(text) <= 255
        assert text.encode("utf-8").decode() == text
        assert "\n" not in text


def test_a_title_turns_nothing_around_but_itself_and_never_hides_the_prefix() -> None:
    pair = replace(PAIR, title_prefix="[F] ")
    assert content(replace(ROW, title="\u202eevil"), pair).subject == "[F] \u202eevil\u202c"
    assert content(replace(ROW, title="\x08\x08\u2069\u202cx\ny"), pair).subject == "[F] x y"
    assert content(replace(ROW, title="x" * 1000), pair).subject.startswith("[F] xxx")
    assert content(replace(ROW, location="\u2067a")).location == "\u2067a\u2069"
    assert "Organiser: \u202ea\u202c</div>" in content(replace(ROW, organiser="\u202ea")).body_html


@pytest.mark.parametrize("title", ["", "   ", "\u200b", "\t\n", "\u3000"])
def test_a_title_that_nobody_can_see_is_none(title: str) -> None:
    assert content(replace(ROW, title=title)).subject == "(No title)"


def test_half_of_a_meetings_address_is_no_place() -> None:
    long = "https://example.com/" + "x" * 300
    assert content(replace(ROW, location="", meeting_url=long)).location == ""
    assert content(replace(ROW, location="x" * 300)).location == "x" * 254 + "…"
    assert f'href="{long}"' in content(replace(ROW, location="", meeting_url=long)).body_html


def test_only_a_meeting_of_the_web_is_a_link() -> None:
    said = content(replace(ROW, meeting_url="zoommtg://zoom.us/join?a=1&b=2", app_link=""))
    assert said.body_html.startswith("<div>Join: zoommtg://zoom.us/join?a=1&amp;b=2</div>")
    assert "href" not in said.body_html


def test_a_long_description_is_cut_and_says_so_before_the_way_to_the_whole() -> None:
    for text in ("x" * LONGEST + "end", f"<p>{'x' * LONGEST} end</p>", "<p>x</p>" * 5_000):
        said = content(replace(ROW, description=text)).body_html
        assert re.search(r"xx*(</p>)?</div><br><div>…cut…</div><br><div>Copied from Feishu\. <a href=", said)
        assert said.endswith(">Open in Feishu</a></div>")
    assert "…cut…" not in content(replace(ROW, description="x" * LONGEST)).body_html


def test_a_description_can_not_reach_out_of_its_place() -> None:
    for text in (
        "a</div></div><b>",
        "<b>x</b></div><!--",
        "x</body></html>",
        "<table><tr><td>",
        "<b>x</b><pre>",
    ):
        said = content(replace(ROW, description=text)).body_html
        assert said.endswith("<br>" + content(replace(ROW, description="")).body_html.split("<br>")[-1])
        assert nh3.clean(said, tags=nh3.ALLOWED_TAGS, link_rel=None).endswith("Open in Feishu</a></div>")


def test_names_and_words_are_no_markup() -> None:
    said = content(replace(ROW, organiser="<b>Li</b> & Co", description=""))
    assert "&lt;b&gt;Li&lt;/b&gt; &amp; Co" in said.body_html


# --- what is left out -----------------------------------------------------------------------------

FREE, DECLINED = replace(ROW, is_free=True), replace(ROW, is_declined=True)
ALL_DAY = replace(ROW, span=at("2027-02-02"))


@pytest.mark.parametrize(
    ("of", "pair", "reason"),
    [
        (ROW, {}, None),
        (DECLINED, {}, Code.DECLINED),
        (DECLINED, {"include_declined": True}, None),
        (FREE, {}, None),
        (FREE, {"include_free": False}, Code.FREE),
        (ALL_DAY, {}, None),
        (ALL_DAY, {"include_all_day": False}, Code.ALL_DAY),
        (ROW, {"include_all_day": False, "include_free": False}, None),
        (ROW, {"title_exclude": ("^Lunch", "erg")}, Code.TITLE_EXCLUDED),
        (ROW, {"title_exclude": ("^erg",)}, None),
        (replace(ROW, span=None), {"include_all_day": False}, None),
    ],
)
def test_filters_leave_out_what_they_name(of: Row, pair: dict[str, object], reason: Code | None) -> None:
    found = policy.refusal(of, replace(PAIR, **pair))  # type: ignore[arg-type]
    assert (found.code if found else None) == reason


def test_an_excluded_title_says_by_which_pattern() -> None:
    found = policy.refusal(ROW, replace(PAIR, title_exclude=("^Lunch", "erg")))
    assert found is not None
    assert found.facts == (("pattern", "erg"),)


# --- the window ------------------------------------------------------------------------------------

WINDOW = Window(
    utc("2027-02-01T12:00:00"),
    utc("2027-02-11T16:00:00"),
    utc("2027-02-01T00:00:00"),
    utc("2027-02-12T00:00:00"),
)


@pytest.mark.parametrize(
    ("day", "clock", "minutes", "held"),
    [
        ("2027-02-01", "11:00", 60, False),
        ("2027-02-01", "11:00", 61, True),
        ("2027-02-01", "12:00", 0, False),
        ("2027-02-01", "12:01", 0, True),
        ("2027-02-11", "15:59", 60, True),
        ("2027-02-11", "16:00", 60, False),
        ("2027-01-31", "", 0, False),
        ("2027-02-01", "", 0, True),
        ("2027-02-11", "", 0, True),
        ("2027-02-12", "", 0, False),
    ],
)
def test_the_window_holds_what_ends_after_now_and_starts_before_its_end(
    day: str, clock: str, minutes: int, held: bool
) -> None:
    span = at(day, clock, minutes, "UTC") if clock else at(day)
    assert WINDOW.holds_span(span) is held


def test_a_whole_day_is_over_when_the_persons_own_day_is() -> None:
    """In Los Angeles, in the evening of 1 February: in UTC it is the second already."""
    evening = Window(
        utc("2027-02-02T03:00:00"),
        utc("2027-02-12T08:00:00"),
        utc("2027-02-01T00:00:00"),
        utc("2027-02-12T00:00:00"),
    )
    assert evening.holds_span(at("2027-02-01"))
    assert evening.holds_span(at("2027-02-11"))
    assert not evening.holds_span(at("2027-01-31"))
    assert not evening.holds_span(at("2027-02-12"))


def test_what_never_ends_is_never_over() -> None:
    assert WINDOW.holds(0, None, all_day=False)
    assert not WINDOW.holds(utc("2028-01-01T00:00:00"), None, all_day=False)
