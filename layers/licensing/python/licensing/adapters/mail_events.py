"""SES's events, as EventBridge delivers them."""

from typing import Any

from licensing.use_cases.letters.record_mail_event import MailEvent

_NO_OBJECTION = ("not-spam", "auth-failure")
"""Feedback of mailbox providers that says the reverse, or speaks of signatures (RFC 6591)."""
_RECIPIENTS = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}


def mail_event(event: dict[str, Any]) -> MailEvent:
    """Return what an event says.

    Form: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
    A bounce that is not permanent tells that SES has given up trying again.
    """
    detail = event["detail"]
    kind = str(detail.get("eventType", "")).lower()
    tags = {name: values[0] for name, values in detail["mail"].get("tags", {}).items() if values}
    about, recipients = detail.get(kind) or {}, _RECIPIENTS.get(kind, "")
    if kind == "bounce" and about.get("bounceType") != "Permanent":
        kind = "transient_bounce"
    if kind == "complaint" and about.get("complaintFeedbackType") in _NO_OBJECTION:
        kind = "feedback"
    return MailEvent(
        kind=kind,
        addresses=tuple(
            str(recipient["emailAddress"]).strip("<>").lower()
            for recipient in about.get(recipients, ())
        ),
        clinic_id=tags.get("clinic_id"),
        adjustment_id=tags.get("adjustment_id"),
        claim=tags.get("claim"),
        to_requester=tags.get("to") == "requester",
    )
