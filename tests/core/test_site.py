"""Two addresses are one site's where what names it is the same."""

import pytest

from syncd.core.operators.site import Site, cloud_id_in, is_same

ID = "11223344-aabb-4788-99aa-bbccddeeff00"
ACME = "https://acme.atlassian.net"
GATEWAY = f"https://api.atlassian.com/ex/jira/{ID}"


def test_the_gateways_address_names_the_site() -> None:
    assert cloud_id_in(GATEWAY) == cloud_id_in(f"{GATEWAY}/") == ID
    assert cloud_id_in(ACME) == ""


@pytest.mark.parametrize(
    ("before", "known", "site", "same"),
    [
        (ACME, ID, Site(ID.upper(), ""), True),
        (ACME, ID, Site("another", ACME), False),
        (GATEWAY, "", Site(ID, "https://renamed.atlassian.net"), True),
        (GATEWAY, "", Site("another", ACME), False),
        (ACME, "", Site(ID, f"{ACME}/"), True),
        (ACME, "", Site(ID, "https://other.atlassian.net"), False),
        (ACME, ID, Site("", ACME), True),
        (ACME, "", Site("", ""), False),
    ],
)
def test_what_names_it_counts_before_its_address(
    before: str, known: str, site: Site, same: bool
) -> None:
    assert is_same(before, known, site) is same
