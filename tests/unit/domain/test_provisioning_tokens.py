"""Tokens: their text, what stands for it, and when their use is noted."""

from datetime import timedelta

from licensing.domain.ids import new_id
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning_tokens import (
    SEEN_EVERY,
    ProvisioningToken,
    digest_of,
    new_text,
    presented,
)
from licensing.domain.users import Actor
from tests.unit.domain.builders import HALF as NOW

TEXT = new_text("clinic-main-street", new_id(NOW))
TOKEN = ProvisioningToken(
    clinic_id="clinic-main-street",
    token_id="01KAQ3V7M0XQZ8E1R5T9YB2C4F",
    name="Okta",
    digest=digest_of(TEXT),
    default_license_type=LicenseType.THERAPIST,
    created_at=NOW,
    created_by=Actor("dana", "Dana Reyes", "api"),
)


def test_a_text_says_whose_token_it_claims_to_be() -> None:
    claimed = presented(TEXT)
    assert claimed is not None
    assert claimed[:2] == ("clinic-main-street", TEXT.split(".")[2])
    assert TOKEN.matches(claimed)


def test_no_two_texts_are_alike() -> None:
    assert new_text("c", "t") != new_text("c", "t")


def test_what_cannot_be_a_token_claims_nothing() -> None:
    assert presented("") is None
    assert presented(f"{TEXT}x") is None
    assert presented(TEXT[:-1]) is None
    assert presented(TEXT.replace("clm", "abc")) is None


def test_another_text_does_not_match() -> None:
    other = presented(new_text("clinic-main-street", TEXT.split(".")[2]))
    assert other is not None
    assert not TOKEN.matches(other)


def test_a_revoked_token_matches_nothing() -> None:
    claimed = presented(TEXT)
    assert claimed is not None
    revoked = TOKEN.revoked(NOW)
    assert not revoked.matches(claimed)
    assert (revoked.active, revoked.manages, revoked.revoked_at) == (False, False, NOW)


def test_its_use_is_noted_by_the_hour() -> None:
    used = TOKEN.seen(NOW)
    assert used.last_used_at == NOW
    assert used.seen(NOW + SEEN_EVERY - timedelta(seconds=1)) is used
    assert used.seen(NOW + SEEN_EVERY).last_used_at == NOW + SEEN_EVERY


def test_history_names_it() -> None:
    assert TOKEN.actor_name == "SCIM token Okta"
