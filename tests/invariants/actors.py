"""I5: whoever changed something was allowed to, at that time."""

from collections.abc import Iterable

from tests.invariants.table import Partition, Plain, manages

AT_THE_END = {"users_left", "clinic_closed"}
"""What is told of a clinic that has closed only."""
BY_SYSTEM = {
    "confirmation_requeued",
    "adjustment_invoiced",
    "adjustment_confirmed",
    "adjustment_lapsed",
    "user_activated",  # on the day on which they start
    "user_start_missed",
    "user_start_dropped",
    "lapse_told",
    "confirmation_parked",
    "invoice_finalized",
    "invoice_update_restarted",
    "mail_address_suppressed",
    "few_left_told",
    *AT_THE_END,
}
BY_STAFF = {
    "clinic_registered",
    "clinic_changed",
    "adjustment_confirmed",
    "lapse_told",
    "confirmation_requeued",
    "mail_address_cleared",
    "user_manager_named",
    "invitation_sent",
    "invoice_corrected",
    "closure_planned",
    "closure_taken_back",
}
BY_PROGRAMS = {
    "user_added",
    "user_removed",
    "user_changed",
    "user_activated",
    "user_deactivated",
}
BY_MANAGERS = BY_PROGRAMS | {
    "licenses_adjusted",
    "licenses_transferred",
    "adjustment_scheduled",
    "adjustment_cancelled",
    "notices_changed",
    "provisioning_token_created",
    "provisioning_token_revoked",
    "invitation_sent",
    "user_removed",
}

BY_NAMING = {"user_deactivated", "user_changed", "adjustment_cancelled"}
"""Whoever is replaced becomes inactive, or is not waited for any more."""


def permitted(part: Partition, staff: set[str]) -> Iterable[str]:
    """Managers act for their clinic, staff do what is theirs, and the system what is left."""
    managing = {name for name, user in part.first_users.items() if manages(user)}
    tokens: set[str] = set()
    last: list[Plain] = []
    for moment in part.moments:
        allowed = set(managing)
        if part.tells_release(moment) or any(record["after"].get("users") for record in moment):
            # A release is one transaction with the deactivation before it, also of oneself.
            allowed |= {record["by"][0] for record in last}
        naming = any(record["action"] == "user_manager_named" for record in moment)
        leaving = any(record["action"] == "users_left" for record in moment)
        for record in moment:
            action, (actor, _, channel) = record["action"], record["by"]
            if (actor is None) != (channel == "system"):
                yield f"I5: {action} by {actor} on channel {channel}"
            if not (
                (actor is None and action in BY_SYSTEM)
                or (
                    actor is None and action == "licenses_adjusted" and _was_scheduled(part, record)
                )
                or (actor in staff and action in BY_STAFF)
                or (actor in staff and naming and action in BY_NAMING)
                or (actor is None and leaving and action == "user_deactivated")
                or (actor is None and _ends(part, record))
                or (actor == record["subject"] and action == "user_deactivated")
                or (actor in allowed and action in BY_MANAGERS)
                or (actor in tokens and action in BY_PROGRAMS and channel == "scim")
            ):
                yield f"I5: {action} by {actor or 'nobody'}, who might not do it then"
        for record in moment:
            if record["action"].startswith("user_"):
                stays = record["after"] and manages(record["after"])
                (managing.add if stays else managing.discard)(record["subject"])
            if record["action"].startswith("provisioning_token_"):
                (tokens.add if record["after"]["active"] else tokens.discard)(record["subject"])
        last = moment


def _was_scheduled(part: Partition, record: Plain) -> bool:
    """Return whether the day of an adjustment made the change that somebody had asked for."""
    applies = part.adjustments[record["subject"]].get("applies")
    return applies is not None and applies <= record["at"]


def _ends(part: Partition, record: Plain) -> bool:
    """Return whether the record tells of the release with which the clinic ended."""
    adjustment = part.adjustments.get(record["subject"])
    return adjustment is not None and part.ends(adjustment)
