"""What identity providers send of a user, as what they want."""

from typing import Any

from licensing.domain.licenses import LicenseType
from licensing.domain.limits import LONGEST_NAME
from licensing.domain.provisioning import Wanted
from licensing.domain.users import UNTOLD, Provisioned, User
from licensing.http.fields import LONGEST_SIGN_IN
from licensing.http.text import is_plain_address, visible_name, visible_text
from licensing.scim.errors import ScimError
from licensing.scim.schemas import LICENSE, PRIVATE
from licensing.scim.users import NAME_PARTS, Resource, ShownName, shown_name

LONGEST_ID = 254
"""Characters of a userName or externalId."""

_TRUTH = {"true": True, "false": False}


def wanted(said: Resource, before: User | None, default: LicenseType) -> Wanted:
    """Return what a provider wants of a user, by what it said; what it did not say stays.

    Raises ScimError.
    """
    if before is not None:
        _require_there(said)
    name, told = _name(said, before)
    if "externalId" in said:
        told = told._replace(external_id=_text(said, "externalId", LONGEST_ID) or None)
    sent = _work_email(said)
    user_name, email = _addresses(said, _address(sent) if sent else None, before)
    if sent:
        told = told._replace(primary=False if _truth(sent.get("primary")) is False else None)
    told = told._replace(user_name=None if user_name.lower() == email else user_name)
    return Wanted(
        name=name,
        email=email,
        license_type=_license_type(said, before.license_type if before else default, default),
        active=_active(said, None if before else True),
        provisioned=told,
    )


def _require_there(said: Resource) -> None:
    """Refuse to take from a user what none is without, and has no default once they are there."""
    for name in ("userName", "emails", "active"):
        if said.get(name, name) in (None, "", []) or (name == "emails" and _are_empty(said)):
            raise ScimError(f"A user must have {name}. Send its value.", "invalidValue")


def _name(said: Resource, before: User | None) -> tuple[str, Provisioned]:
    """Return the name, and what was told of the user with the parts of it.

    Said as a whole, a name is that. A name that is no more than what was told of it follows that.
    """
    told = before.provisioned if before else UNTOLD
    shown = shown_name(before) if before else ShownName("", "", "")
    now = _parts_of_name(said) if "name" in said else shown
    if now[1:] != shown[1:]:
        told = told._replace(given_name=now.given, family_name=now.family)
    if now.formatted != shown.formatted:
        # Who tells the other parts need not tell what they make.
        left_out = said["name"] is not None and "formatted" not in _parts(said, "name")
        told = told._replace(formatted_name=None if left_out else now.formatted)
    whole = _text(said, "displayName", LONGEST_NAME)
    if before is None:
        whole = whole or now.formatted or _joined(now) or _text(said, "userName", LONGEST_ID)
    elif not whole and now.formatted not in ("", shown.formatted):
        whole = now.formatted if before.name == shown.formatted else before.name
    elif not whole:
        whole = (before.name == _joined(shown) and _joined(now)) or before.name
    if before is None or whole != before.name:
        # Put together of parts, each of which may be one.
        whole = _text({"name": whole[:LONGEST_NAME]}, "name", LONGEST_NAME)
    return whole, told


def _parts_of_name(said: Resource) -> ShownName:
    parts = _parts(said, "name")
    named = {f"name.{part}": parts.get(part.lower()) for part in NAME_PARTS}
    return ShownName(*(_text(named, name, LONGEST_NAME) for name in named))


def _joined(name: ShownName) -> str:
    return " ".join(filter(None, name[1:]))[:LONGEST_NAME].rstrip()


def _addresses(said: Resource, sent: str | None, before: User | None) -> tuple[str, str]:
    """Return the userName and the address, which is the one sent as a work email if there is one.

    Where the userName is the address, which is the rule, a new userName is a new address.
    """
    told = before.provisioned.user_name if before else None
    old = before.email if before else None
    user_name = _text(said, "userName", LONGEST_ID) or told or old
    if not user_name:
        raise ScimError("Send a userName.", "invalidValue")
    email = sent
    if email is None and told is None and is_plain_address(user_name):
        email = user_name.lower()
    email = email or old
    if email is None:
        raise ScimError(
            f"Send the user's address, as userName or as work email: {user_name} is no plain one.",
            "invalidValue",
        )
    if len(email) > LONGEST_SIGN_IN:
        raise ScimError(f"Use an address of at most {LONGEST_SIGN_IN} characters.", "invalidValue")
    return user_name, email


def _emails(said: Resource) -> list[Resource]:
    """Return the emails that are not private: nobody is to sign in with theirs."""
    emails = said.get("emails")
    if not isinstance(emails, list | None) or not all(isinstance(of, dict) for of in emails or ()):
        raise ScimError("emails must be a list of objects.", "invalidValue")
    entries = [{name.lower(): part for name, part in of.items()} for of in emails or ()]
    return [of for of in entries if _type(of) not in PRIVATE]


def _are_empty(said: Resource) -> bool:
    entries = _emails(said)
    return bool(entries) and not any(of.get("value") for of in entries)


def _work_email(said: Resource) -> Resource | None:
    """Return the primary email, else the last for work, else the last; None if there is none."""
    entries = [of for of in _emails(said) if of.get("value")]
    if not entries:
        return None
    for_work = [of for of in entries if _type(of) == "work"]
    primary = [of for of in entries if _truth(of.get("primary"))]
    return (primary or for_work or entries)[-1]


def _address(email: Resource) -> str:
    value = email["value"]
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


def _active(said: Resource, unsaid: bool | None) -> bool | None:
    """Return whether the user is to be active; Entra ID sends the word instead of the value."""
    value = said.get("active")
    if value is None:
        return unsaid
    known = _truth(value)
    if known is None:
        raise ScimError("active must be true or false.", "invalidValue")
    return known


def _truth(value: Any) -> bool | None:
    return _TRUTH.get(str(value).lower()) if isinstance(value, bool | str) else None


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
