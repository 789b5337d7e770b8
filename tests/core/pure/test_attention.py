from __future__ import annotations

from core.attention import attention
from core.errors import DeletionsHeld, SignInFailed, SignInNeeded, Stopped, Unreachable, WrongPerson
from core.model import Side

LOST = SignInNeeded(Side.OUTLOOK, "70008")
HELD = DeletionsHeld("main", 3)


def test_a_side_without_a_person_is_told_first_even_if_no_run_has_noticed() -> None:
    found = attention((HELD,), signed_out={Side.FEISHU}, renewed=())
    assert found == (SignInNeeded(Side.FEISHU), HELD)


def test_a_lost_sign_in_that_a_run_noticed_is_told_once() -> None:
    assert attention((LOST,), signed_out={Side.OUTLOOK}, renewed=()) == (LOST,)


def test_a_new_sign_in_counts_before_the_next_run_has_noticed() -> None:
    refused = SignInFailed(Side.OUTLOOK, "denied")
    other = WrongPerson(Side.OUTLOOK, "Wei", "Li")
    found = attention((LOST, refused, other, HELD), signed_out=(), renewed={Side.OUTLOOK})
    assert found == (HELD,)


def test_a_new_sign_in_leaves_what_is_wrong_on_the_other_side() -> None:
    assert attention((LOST,), signed_out=(), renewed={Side.FEISHU}) == (LOST,)


def test_a_sign_out_after_a_new_sign_in_is_told_without_the_old_refusal() -> None:
    refused = SignInFailed(Side.OUTLOOK, "denied")
    found = attention((refused,), signed_out={Side.OUTLOOK}, renewed={Side.OUTLOOK})
    assert found == (SignInNeeded(Side.OUTLOOK),)


def test_an_interruption_is_no_trouble_but_an_outage_is() -> None:
    offline = Unreachable(Side.FEISHU, "dns")
    assert attention((Stopped(), offline), signed_out=(), renewed=()) == (offline,)
