import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import (
    AppMisconfigured,
    ConsentNeeded,
    ServiceFailing,
    SignInFailed,
    SignInNeeded,
    SyncError,
    Throttled,
)
from core.feishu.cloud import Cloud, cloud_of
from core.feishu.errors import Asking, Purpose, refusal
from core.feishu.reply import Answer, Reply, understand
from core.model import Side
from core.settings import FeishuCloud, FeishuSettings

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FEISHU = cloud_of(FeishuSettings())


def asking(purpose: Purpose = Purpose.CALL) -> Asking:
    return Asking(purpose, FEISHU, "cli_a", NOW, "calendar", "person")


def reply(body: object, status: int = 400, headers: dict[str, str] | None = None) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return understand(Answer(status, headers or {}, content))


def test_each_cloud_has_its_own_addresses() -> None:
    lark = cloud_of(FeishuSettings(cloud=FeishuCloud.LARK))
    assert Cloud("https://open.feishu.cn", "https://accounts.feishu.cn") == FEISHU
    assert lark == Cloud("https://open.larksuite.com", "https://accounts.larksuite.com")
    assert lark.redirect_page("cli_a") == "https://open.larksuite.com/app/cli_a/safe"


@pytest.mark.parametrize(
    ("body", "headers", "log_id"),
    [
        ({"code": 1, "error": {"log_id": "in-error"}}, {}, "in-error"),
        ({"code": 1, "error": {"logid": "other-spelling"}}, {}, "other-spelling"),
        ({"code": 1, "log_id": "on-top"}, {}, "on-top"),
        ({"code": 1, "error": {"log_id": "in-error"}}, {"x-tt-logid": "in-header"}, "in-header"),
        (b"<html>", {"x-request-id": "request"}, "request"),
        ({"code": 1, "error": {"log_id": 7}}, {}, ""),
    ],
)
def test_the_log_id_is_found_wherever_it_is(body: object, headers: dict[str, str], log_id: str) -> None:
    assert reply(body, headers=headers).log_id == log_id


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"7", b"null", b'{"code": "0"}', b'{"code": true}', b"\xff"]
)
def test_what_is_not_feishus_language_has_no_code(body: bytes) -> None:
    found = reply(body, 200)
    assert found.code is None
    assert refusal(found, asking()) == ServiceFailing(Side.FEISHU, 200)


def test_a_foreign_page_that_throttles_is_believed() -> None:
    assert refusal(reply(b"<html>", 429, {"retry-after": "30"}), asking()) == Throttled(Side.FEISHU, 30)


def test_of_several_permissions_that_would_do_ours_is_named() -> None:
    both = [{"subject": "calendar:calendar"}, {"subject": "calendar:calendar:readonly"}]
    other = [{"scope": "contact:user.email:readonly"}, {"subject": 7}, "?"]
    body = {"code": 99991679, "error": {"permission_violations": both}}
    assert refusal(reply(body), asking()) == ConsentNeeded(Side.FEISHU, ("calendar:calendar:readonly",))
    body = {"code": 99991679, "error": {"permission_violations": other}}
    assert refusal(reply(body), asking()) == ConsentNeeded(Side.FEISHU, ("contact:user.email:readonly",))


def test_an_unforeseen_code_means_what_was_being_done() -> None:
    unknown = reply({"code": 31337, "log_id": "L"})
    assert refusal(unknown, asking(Purpose.SIGN_IN)) == SignInFailed(Side.FEISHU, "refused", "31337", "L")
    assert refusal(unknown, asking(Purpose.REFRESH)) == SignInNeeded(Side.FEISHU, "31337")
    assert refusal(unknown, asking(Purpose.CALL)) == ServiceFailing(Side.FEISHU, 400, "31337", "L")


@pytest.mark.parametrize("code", [20026, 20037, 20064, 20073, 20024])
def test_a_spent_or_ended_refresh_token_needs_a_sign_in(code: int) -> None:
    assert refusal(reply({"code": code}), asking(Purpose.REFRESH)) == SignInNeeded(Side.FEISHU, str(code))


@pytest.mark.parametrize("code", [20003, 20004, 20065, 20049, 20001])
def test_a_code_that_was_not_taken_is_a_failed_sign_in(code: int) -> None:
    found = refusal(reply({"code": code}), asking(Purpose.SIGN_IN))
    assert found == SignInFailed(Side.FEISHU, "refused", str(code))


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_wrong_secret_is_the_same_everywhere(purpose: Purpose) -> None:
    found = refusal(reply({"code": 20002}), asking(purpose))
    assert found == AppMisconfigured(Side.FEISHU, "app_secret", "20002", "https://open.feishu.cn/app/cli_a")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
envelopes = st.fixed_dictionaries(
    {"code": st.sampled_from([99991679, 99991672, 99991400, 190004, 20002, 191002, 5]) | json_values},
    optional={"error": json_values | st.fixed_dictionaries({"permission_violations": json_values})},
)


@given(
    st.binary() | (envelopes | json_values).map(lambda value: json.dumps(value).encode()),
    st.integers(100, 599),
    st.sampled_from(list(Purpose)),
    st.dictionaries(st.sampled_from(["x-ogw-ratelimit-reset", "retry-after", "x-tt-logid"]), st.text()),
)
def test_any_answer_is_understood_or_an_error_of_ours(
    content: bytes, status: int, purpose: Purpose, headers: dict[str, str]
) -> None:
    found = understand(Answer(status, headers, content))
    assert isinstance(refusal(found, asking(purpose)), SyncError)
