"""What looks like a secret is found by its shape, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.prose.secrets import MASK, found, masked, named

A1 = "a1" * 18
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJlZQ"
BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"
SECRETS = {
    "AKIAABCDEFGHIJKLMNOP": "AKIAAB",
    f"ghp_{A1}": "ghp_a1",
    f"github_pat_{A1}": "github",
    f"glpat-{A1}": "glpat-",
    "xoxb-1234567890-abcdef": "xoxb-1",
    f"AIza{A1}": "AIzaa1",
    f"ATATT3{A1}": "ATATT3",
    f"sk-{A1}": "sk-a1a",
    f"sk_live_{A1}": "sk_liv",
    JWT: "eyJhbG",
    "password=hunter22": "password=",
    "PASSWORD: s3cret!": "PASSWORD: ",
    "api_key = 'abcd1234'": "api_key = '",
    'DB_PASSWORD="tiger"': 'DB_PASSWORD="',
    "密码：abc123": "密码：",
    "パスワード: abc123": "パスワード: ",
    "postgresql://bob:tiger@db.example/app": "postgresql://bob:",
    "Authorization: Bearer abcdefghij.klmnop-qrs": "Authorization: Bearer ",
    BLOCK: "-----BEGIN RSA PRIVATE KEY-----",
}
WORDS = [
    "my password is wrong",
    "password: expired",
    "Password: required.",
    "the token: invalid",
    "secret = <yours>",
    "password=${DB_PASSWORD}",
    "password=xxxxxxxx",
    "see https://grafana.example:8443/d/abc@1",
    "write to ops@example.com: it is down",
    "commit 9f1c2d3e00004111822233334444555566667777",
    "eyJust a word",
    "sk-learn does not start",
    "the ghp_ prefix",
]


@pytest.mark.parametrize(("secret", "kept"), SECRETS.items())
@pytest.mark.parametrize("around", ["{}", "it says {} in the log", "第一\n{}\n第三", "«{}»"])
def test_it_is_found_in_whatever_is_said_and_masked_but_for_what_it_is(
    secret: str, kept: str, around: str
) -> None:
    said = around.format(secret)
    assert len(found(said)) == 1
    hidden = masked(said)
    assert kept + MASK[:4] in hidden
    assert len(hidden) <= len(said), "what fitted into its field still does"
    assert found(hidden) == (), "nobody is asked twice"
    assert secret not in named([said]), "it is never told whole"


@pytest.mark.parametrize("said", WORDS)
def test_words_about_secrets_are_none(said: str) -> None:
    assert masked(said) == said
    assert named([said]) == ""


@given(st.text())
def test_what_is_masked_once_is_masked_for_good(said: str) -> None:
    assert masked(masked(said)) == masked(said)


@given(st.lists(st.one_of(st.text(), st.sampled_from(sorted(SECRETS)))))
def test_the_rest_of_the_words_stays_as_it_is(parts: list[str]) -> None:
    said = "\n \n".join(parts)
    at, kept = 0, []
    for one in found(said):
        assert at <= one.start < one.end <= len(said)
        kept.append(said[at : one.start])
        at = one.end
    assert all(part in masked(said) for part in (*kept, said[at:]))


def test_of_many_a_few_are_named() -> None:
    told = named([f"password=a{n}bcdefg{n}" for n in range(9)])
    assert told.count("…") == 4
    assert len(named(["x " + "k" * 200 + " password=abc1234"])) < 60
