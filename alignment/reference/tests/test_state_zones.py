from zoneinfo import ZoneInfo

from alignment.reference.rules import STATES
from alignment.reference.state_zones import GROUPS, group_of, main_zone


def test_every_state_has_a_zone_and_a_group() -> None:
    for code, name, _fips in STATES:
        zone = main_zone(code)
        assert zone is not None, name
        ZoneInfo(zone)
        assert group_of(code) in GROUPS, name


def test_states_in_two_zones_go_with_their_larger_part() -> None:
    assert main_zone("TX") == "America/Chicago"
    assert main_zone("fl") == "America/New_York"
    assert main_zone("ID") == "America/Boise"
    assert str(group_of("IN").name) == "Eastern"  # type: ignore[union-attr]


def test_elsewhere_is_unknown() -> None:
    assert main_zone(None) is None
    assert main_zone("") is None
    assert main_zone("QC") is None
    assert group_of("QC") is None
