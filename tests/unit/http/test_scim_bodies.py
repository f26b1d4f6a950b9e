"""What identity providers send of a user, read as what they want."""

from licensing.domain.licenses import LicenseType
from licensing.http.scim_bodies import wanted


def test_the_parts_of_an_address_are_named_in_any_case() -> None:
    emails = [{"Type": "home", "Value": "b@x.example"}, {"TYPE": "Work", "VALUE": "A@x.example"}]
    said = {"userName": "asilva", "displayName": "Ana Silva", "emails": emails}
    assert wanted(said, None, LicenseType.THERAPIST).email == "a@x.example"
