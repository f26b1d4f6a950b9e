"""What identity providers send of a user, as what they want."""

from typing import Any

from licensing.domain.licenses import LicenseType
from licensing.domain.limits import LONGEST_NAME
from licensing.domain.provisioning import Wanted
from licensing.domain.users import UNTOLD, User
from licensing.http.addresses import is_plain_address
from licensing.http.fields import LONGEST_SIGN_IN
from licensing.http.text import visible_name, visible_text
from licensing.scim.errors import ScimError
from licensing.scim.schemas import LICENSE, PRIVATE
from licensing.scim.users import Resource, parts_of_name, split_name

LONGEST_ID = 254
"""Characters of a userName or externalId."""

_TRUTH = {"true": True, "false": False}


def wanted(said: Resource, before: User | None, default: LicenseType) -> Wanted:
    """Return what a provider wants of a user, by what it said; what it did not say stays.

    Raises ScimError.
    """
    told = before.provisioned if before else UNTOLD
    if "externalId" in said:
        told = told._replace(external_id=_text(said, "externalId", LONGEST_ID) or None)
    name, given, family = _name(said, before)
    user_name, email = _addresses(said, before)
    told = told._replace(
        user_name=None if user_name.lower() == email else user_name,
        given_name=given,
        family_name=family,
    )
    return Wanted(
        name=name,
        email=email,
        license_type=_license_type(said, before.license_type if before else default, default),
        active=_active(said, before.active if before else True),
        provisioned=told,
    )


def _name(said: Resource, before: User | None) -> tuple[str, str | None, str | None]:
    """Return the name, and its parts as far as they were ever told.

    Said as a whole, a name is that. A name that is no more than its parts follows them.
    """
    told = before.provisioned if before else UNTOLD
    given, family = told.given_name, told.family_name
    whole = _text(said, "displayName", LONGEST_NAME)
    if "name" in said:
        parts = _parts(said, "name")
        given = _text(parts, "givenname", LONGEST_NAME)
        family = _text(parts, "familyname", LONGEST_NAME)
        whole = whole or _text(parts, "formatted", LONGEST_NAME)
    joined = _joined(given, family)[:LONGEST_NAME]
    if not whole and before is None:
        whole = joined or _text(said, "userName", LONGEST_ID)
    elif not whole and before is not None:
        follows = joined and before.name == _joined(*parts_of_name(before))
        whole = joined if "name" in said and follows else before.name
    if before is None or whole != before.name:
        # Put together of parts, each of which may be one.
        whole = _text({"name": whole[:LONGEST_NAME]}, "name", LONGEST_NAME)
    if (given, family) == split_name(whole):
        # So it is said anyhow.
        given = family = None
    return whole, given, family


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _addresses(said: Resource, before: User | None) -> tuple[str, str]:
    """Return the userName and the address.

    Where the userName is the address, which is the rule, a new userName is a new address.
    """
    told = before.provisioned.user_name if before else None
    old = before.email if before else None
    user_name = _text(said, "userName", LONGEST_ID) or told or old
    if not user_name:
        raise ScimError("Send a userName.", "invalidValue")
    email = _work_email(said.get("emails"))
    if email is None and told is None and is_plain_address(user_name):
        email = user_name.lower()
    email = email or old
    if email is None:
        raise ScimError("Send the user's address, as userName or as work email.", "invalidValue")
    if len(email) > LONGEST_SIGN_IN:
        raise ScimError(f"Use an address of at most {LONGEST_SIGN_IN} characters.", "invalidValue")
    return user_name, email


def _work_email(emails: Any) -> str | None:
    """Return the primary address, else the last for work, else the last; None if there is none.

    Private ones are passed over: nobody is to sign in with theirs.
    """
    if not isinstance(emails, list | None):
        raise ScimError("emails must be a list of objects.", "invalidValue")
    sent = [of for of in emails or () if isinstance(of, dict)]
    entries = [{name.lower(): part for name, part in of.items()} for of in sent]
    entries = [of for of in entries if of.get("value") and _type(of) not in PRIVATE]
    if not entries:
        return None
    for_work = [of for of in entries if _type(of) == "work"]
    primary = [of for of in entries if _TRUTH.get(str(of.get("primary")).lower())]
    value = (primary or for_work or entries)[-1]["value"]
    if not isinstance(value, str) or not is_plain_address(value):
        raise ScimError(f"This is no plain address: {value}", "invalidValue")
    return value.lower()


def _type(email: Resource) -> str:
    return str(email.get("type", "")).lower()


def _license_type(said: Resource, now: LicenseType, default: LicenseType) -> LicenseType:
    value = _parts(said, LICENSE).get("licensetype", now)
    if value is None:
        return default
    try:
        return LicenseType(str(value).strip().lower())
    except ValueError:
        known = ", ".join(LicenseType)
        raise ScimError(f"licenseType must be one of {known}.", "invalidValue") from None


def _active(said: Resource, now: bool) -> bool:
    """Return whether the user is to be active; Entra ID sends the word instead of the value."""
    value = said.get("active")
    if value is None:
        return now
    known = _TRUTH.get(str(value).lower()) if isinstance(value, bool | str) else None
    if known is None:
        raise ScimError("active must be true or false.", "invalidValue")
    return known


def _parts(said: Resource, name: str) -> Resource:
    """Return the parts of an attribute by their names in small letters, none for none."""
    value = said.get(name)
    if not isinstance(value, dict | None):
        raise ScimError(f"{name} must be an object.", "invalidValue")
    return {part.lower(): of for part, of in (value or {}).items()}


def _text(said: Resource, name: str, longest: int) -> str:
    """Return a text, empty for none."""
    value = said.get(name)
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise ScimError(f"{name} must be text.", "invalidValue")
    try:
        if longest == LONGEST_NAME:
            return visible_name(value, longest=longest)
        return visible_text(value, shortest=1, longest=longest)
    except ValueError as error:
        raise ScimError(f"{name}: {error}", "invalidValue") from None
