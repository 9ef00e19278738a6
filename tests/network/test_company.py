"""syncd in a company's network: a proxy is the only way out, and the company's own CA signs."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import flows.conftest as flows
import pytest
from faults.daemon import Program, files
from house import ACME
from roads import CA, Proxy, proxied, tls_in_front_of
from shell import Shell

from syncd.sandbox.box import Sandbox

box = flows.box

NO_CA = "certificate verify failed"


@dataclass
class Company:
    """Lark and Jira under names that only the proxy knows, with certificates of the own CA."""

    box: Sandbox
    folder: Path
    proxy: Proxy
    proxy_url: str

    def configure(self, network: str = "", lark: str = "", jsm: str = "") -> None:
        text = self.box.config_toml()
        text = text.replace(self.box.lark_url, lark or "https://lark.test")
        text = text.replace(f'api_base = "{self.box.jsm_url}"', f'api_base = "{jsm}"')
        text = text.replace('api_base = ""', 'api_base = "https://jira.test"')
        (self.folder / "config.toml").write_text(f"{text}\n[network]\n{network}\n")

    def check(self, status: int) -> str:
        return Shell(self.folder).run("check", "--online", status=status)


@pytest.fixture
def company(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    for name in os.environ:
        if name.lower().endswith("_proxy") or name == "SSL_CERT_FILE":
            monkeypatch.delenv(name)
    box.lark_state.switches.endpoint_base = "wss://lark.test"
    with (
        tls_in_front_of(urlsplit(box.lark_url).port or 0) as lark,
        tls_in_front_of(urlsplit(box.jsm_url).port or 0) as jira,
        proxied({"lark.test": lark, "jira.test": jira}) as (proxy, url),
    ):
        yield Company(box, tmp_path, proxy, url)


def test_everything_goes_through_the_proxy_that_the_environment_names(company: Company) -> None:
    company.configure()
    environment = {"HTTPS_PROXY": company.proxy_url, "SSL_CERT_FILE": CA}
    people = company.box.lark_people
    with Program(company.box, company.folder, **environment) as program:
        assert people.wait_connected(60), program.log()
        assert company.proxy.connected() >= {"lark.test:443"}
        files(company.box, "aiko", ACME, program)
        assert program.stop() == 0
    assert company.proxy.connected() == {"lark.test:443", "jira.test:443"}


def test_the_proxy_and_the_ca_of_the_file_serve_as_well_and_check_says_which_way_it_went(
    company: Company,
) -> None:
    company.configure(f'proxy = "{company.proxy_url}"\nca_file = "{CA}"')
    said = company.check(0)
    assert said.count(f"through the proxy {company.proxy_url}") == 2
    assert company.proxy.connected() == {"lark.test:443", "jira.test:443"}


def test_a_ca_that_nobody_named_is_told_for_both_platforms_and_the_socket(
    company: Company,
) -> None:
    company.configure(f'proxy = "{company.proxy_url}"')
    said = company.check(2)
    assert said.count(NO_CA) == 2
    assert said.count("network.ca_file") == 2
    with Program(company.box, company.folder) as program:
        assert company.box.lark_people.wait_until(
            lambda: program.count("socket_down") and program.count("not_answered"), 60
        )
        down = [line for line in program.log().splitlines() if '"socket_down"' in line]
    assert NO_CA in down[0]


@pytest.mark.parametrize("refusal", ["407 Proxy Authentication Required", "403 Forbidden"])
def test_a_proxy_that_refuses_is_told_for_both_platforms_and_the_socket(
    company: Company, refusal: str
) -> None:
    company.configure(f'proxy = "{company.proxy_url}"\nca_file = "{CA}"')
    company.proxy.refuses = refusal
    said = company.check(2)
    assert said.count(f"the proxy refused: {refusal}") == 2
    with Program(company.box, company.folder) as program:
        assert company.box.lark_people.wait_until(lambda: program.count("socket_down"), 60)
        assert "the proxy refused" in program.log().partition("socket_down")[2] + program.log()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://syncd-nobody.invalid", "its name is not known"),
        ("https://127.0.0.1:1", "connection refused"),
    ],
)
def test_a_name_that_nobody_knows_and_a_closed_port_are_told_as_such(
    company: Company, address: str, says: str
) -> None:
    company.configure(lark=address, jsm=address)
    assert company.check(2).count(says) == 2
    with Program(company.box, company.folder) as program:
        assert company.box.lark_people.wait_until(lambda: program.count("socket_down"), 60)
        down = [line for line in program.log().splitlines() if '"socket_down"' in line]
    assert says in down[0]


def test_loopback_is_reached_directly_whatever_the_environment_says(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, company.proxy_url)
    company.configure(lark=company.box.lark_url, jsm=company.box.jsm_url)
    company.check(0)
    assert company.proxy.asked == []


def test_a_proxy_of_the_file_is_for_every_address(company: Company) -> None:
    network = f'proxy = "{company.proxy_url}"'
    company.configure(network, lark=company.box.lark_url, jsm=company.box.jsm_url)
    company.check(0)
    assert f"GET {company.box.jsm_url}/rest/api/3/myself" in company.proxy.asked
    assert f"GET {company.box.lark_url}/open-apis/bot/v3/info" in company.proxy.asked


def test_what_cannot_be_used_is_refused_with_its_name(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.configure('proxy = "socks5://127.0.0.1:1080"')
    assert "network.proxy: must be like http://proxy.example:3128" in company.check(2)
    company.configure('proxy = "http://me:secret@proxy.test:3128"')
    assert "network.proxy: a password must not stand in the file" in company.check(2)
    company.configure('ca_file = "none.pem"')
    assert f"network.ca_file: {company.folder}/none.pem cannot be read" in company.check(2)
    company.configure('ca_file = "config.toml"')
    assert "config.toml holds no certificates in PEM form" in company.check(2)
    company.configure()
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    assert "HTTPS_PROXY: not a proxy that syncd can use" in company.check(2)


def test_an_unencrypted_address_is_refused_by_discovery_but_for_loopback(
    company: Company,
) -> None:
    company.box.lark_state.switches.endpoint_base = "ws://lark.test"
    company.configure(f'proxy = "{company.proxy_url}"\nca_file = "{CA}"')
    with Program(company.box, company.folder) as program:
        assert company.box.lark_people.wait_until(lambda: program.count("socket_down"), 60)
        assert "not encrypted (ws://)" in program.log()
    assert not company.box.lark_people.wait_connected(0)
