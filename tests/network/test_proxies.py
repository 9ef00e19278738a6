"""Which proxy the environment names, by the rules that every HTTP client has."""

import httpx
import pytest

from syncd.network.proxies import is_loopback, of_environment

PROXY = "http://proxy.test:3128"
ENVIRONMENT = {"HTTPS_PROXY": PROXY}


@pytest.mark.parametrize(
    ("no_proxy", "url", "exempt"),
    [
        ("", "https://open.larksuite.com", False),
        ("*", "https://open.larksuite.com", True),
        ("larksuite.com", "https://open.larksuite.com", True),
        ("larksuite.com", "https://larksuite.com", True),
        ("larksuite.com", "https://notlarksuite.com", False),
        (".larksuite.com", "https://open.larksuite.com", True),
        (".larksuite.com", "https://larksuite.com", False),
        ("LARKSUITE.com", "https://open.LarkSuite.com", True),
        ("a.test, larksuite.com ,b.test", "https://open.larksuite.com", True),
        ("larksuite.com:8443", "https://open.larksuite.com:8443", True),
        ("larksuite.com:8443", "https://open.larksuite.com:443", False),
        ("10.1.2.3", "https://10.1.2.3", True),
        ("10.1.2.4", "https://10.1.2.3", False),
        ("fd00::1", "https://[fd00::1]:8443", True),
        (",,", "https://open.larksuite.com", False),
    ],
)
def test_no_proxy_exempts_as_httpx_does(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str, exempt: bool
) -> None:
    found, by = of_environment(url, {**ENVIRONMENT, "NO_PROXY": no_proxy})
    assert (found, by) == (("", "") if exempt else (PROXY, "HTTPS_PROXY"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with httpx.Client() as theirs:
        direct = theirs._transport_for_url(httpx.URL(url)) is theirs._transport
    assert direct is exempt


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other.test"}, "wss://a.test", PROXY),
        ({"HTTPS_PROXY": "proxy.test:3128"}, "https://a.test", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://a.test", ""),
        ({"HTTP_PROXY": PROXY}, "http://a.test", PROXY),
        ({"ALL_PROXY": PROXY}, "https://a.test", PROXY),
        ({"ALL_PROXY": "http://other.test", "HTTPS_PROXY": PROXY}, "https://a.test", PROXY),
        ({"ALL_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, "https://10.9.8.7", ""),
        ({"ALL_PROXY": PROXY}, "http://127.0.0.1:8080", ""),
        ({"ALL_PROXY": PROXY}, "ws://localhost:8080", ""),
    ],
)
def test_the_variable_of_the_scheme_wins_and_loopback_has_no_proxy(
    environment: dict[str, str], url: str, proxy: str
) -> None:
    assert of_environment(url, environment)[0] == proxy


@pytest.mark.parametrize(
    ("host", "loops"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
        ("a.localhost", True), ("10.0.0.1", False), ("127.0.0.1.evil.test", False), ("", False),
        ("notlocalhost", False), ("8.8.8.8", False),
    ],
)  # fmt: skip
def test_loopback_is_known_by_its_name_alone(host: str, loops: bool) -> None:
    assert is_loopback(host) is loops
