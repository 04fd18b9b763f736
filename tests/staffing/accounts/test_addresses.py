import pytest

from staffing.accounts.addresses import UNKNOWN, address_of, counted_address

SOCKET = "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", SOCKET),  # anybody can write that
        (0, None, SOCKET),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first one is made up
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", SOCKET),  # it did not come through both
        (1, None, SOCKET),
        (1, "no address", UNKNOWN),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_address_of_believes_as_many_proxies_as_are_ours(
    rf, settings, proxies, forwarded, expected
):
    settings.PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = rf.get("/", REMOTE_ADDR=SOCKET, **headers)
    assert address_of(request) == expected


def test_address_of_a_socket_without_one_is_unknown(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="")) == UNKNOWN


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
    ],
)
def test_failures_count_against_a_whole_ipv6_network(rf, address, counted):
    assert counted_address(rf.get("/", REMOTE_ADDR=address)) == counted
