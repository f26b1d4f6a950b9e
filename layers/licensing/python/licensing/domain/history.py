"""Writing the history of a clinic (I6)."""

from typing import Any

from licensing.domain.changes import History
from licensing.domain.clinics import Clinic
from licensing.domain.ids import new_id
from licensing.domain.users import Actor, User


def happened(
    clinic: Clinic,
    action: str,
    *,
    actor: Actor,
    subject: str,
    before: dict[str, Any],
    after: dict[str, Any],
    why: str | None = None,
) -> History:
    """Return the record of what made the clinic what it is now."""
    return History(
        clinic_id=clinic.clinic_id,
        history_id=new_id(clinic.updated_at),
        at=clinic.updated_at,
        action=action,
        actor=actor,
        subject=subject,
        before=before,
        after=after,
        why=why,
    )


def license_counts(before: Clinic, after: Clinic) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the counts of the types that differ, before and after."""
    changed = [kind for kind in after.licenses if _counts(before, kind) != _counts(after, kind)]
    return (
        {kind: _counts(before, kind) for kind in changed},
        {kind: _counts(after, kind) for kind in changed},
    )


def user_facts(user: User) -> dict[str, Any]:
    """Return what history says of a user."""
    return {
        "name": user.name,
        "license_type": user.license_type,
        "active": user.active,
        "permissions": list(user.permissions),
    }


def _counts(clinic: Clinic, kind: Any) -> dict[str, int]:
    license = clinic.licenses[kind]
    return {"purchased": license.purchased, "in_use": license.in_use}
