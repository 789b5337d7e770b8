import re

from core.oauth.pkce import challenge, new_state, new_verifier


def test_the_challenge_is_that_of_the_standards_own_example() -> None:
    # RFC 7636, appendix B
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_a_verifier_has_the_length_and_the_letters_of_the_standard() -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", new_verifier())


def test_no_two_sign_ins_share_a_verifier_or_a_state() -> None:
    assert len({new_verifier() for _ in range(100)} | {new_state() for _ in range(100)}) == 200
