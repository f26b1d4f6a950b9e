"""I6: history, replayed from registration on, leads to the clinic as it is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from tests.invariants.billing import registered_prices
from tests.invariants.table import Partition, Plain, facts, is_of_renewal, without_counts

NEWEST_OPEN = 10
MOMENTS = {
    "adjustment_scheduled": "requested",
    "licenses_adjusted": "requested",
    "licenses_transferred": "requested",
    "adjustment_cancelled": "cancelled",
    "adjustment_invoiced": "invoiced",
    "adjustment_confirmed": "confirmed",
    "lapse_told": "confirmed",
}
"""Under which name an adjustment says when this happened to it."""

CONFIRMATIONS = {
    "adjustment_confirmed": "sent",
    "lapse_told": "sent",
    "confirmation_parked": "unknown",
    "confirmation_requeued": "queued",
}
WITH_REASON = {
    "adjustment_lapsed",
    "user_start_missed",
    "confirmation_parked",
    "confirmation_requeued",
    "invoice_update_restarted",
    "mail_address_suppressed",
    "user_manager_named",
    "invoice_corrected",
    "closure_planned",
}


def replayed(part: Partition) -> Iterable[str]:
    """Replay history: everything must come out as it is."""
    replay = _Replay(part)
    for moment in part.moments:
        for record in moment:
            yield from replay.follow(record)
    yield from replay.end()
    version = part.clinic["version"]
    # A release is told a moment after the deactivation that it was one transaction with.
    changes = len(part.moments) - len(part.releases) - part.moved
    if changes != version:
        yield f"I6: {changes} changes in history, the clinic is at {version}"
    first, last = part.moments[0][0]["at"], part.moments[-1][0]["at"]
    if (part.clinic["registered"], part.clinic["updated"]) != (first, last):
        yield "I6: history begins or ends at another time than the clinic says"
    yield from _told(part)


class _Replay:
    """What a clinic's history has made of it so far."""

    def __init__(self, part: Partition) -> None:
        self._part = part
        self._users = dict(part.first_users)
        in_use = Counter(user["license_type"] for user in self._users.values())
        self._licenses = {
            kind: {"purchased": purchased, "in_use": in_use[kind]}
            for kind, purchased in part.registered.items()
        }
        self._idle: dict[str, int | None] = {}
        self._note_idle(self._licenses, part.clinic["registered"])
        self._open: list[str] = []
        self._cents = _cents(part)
        self._totals = {
            invoice: cents
            for (invoice, cause), cents in self._cents.items()
            if cause == "REGISTRATION"
        }
        self._confirmations: dict[str, str] = {}
        self._settings: Plain = {
            "name": part.registrations[0]["after"]["name"],
            "calendar": "business_days",
            "email_requests": True,
            "unit_prices": registered_prices(part),
            "coming_terms": [],
        }
        self._rules = ["second", "prorated"]
        self._announced: dict[str, tuple[str, int]] = {}
        self._tokens: dict[str, Plain] = {}
        self._closes_on: str | None = None

    def follow(self, record: Plain) -> Iterable[str]:
        """Take one step."""
        action, why = record["action"], record.get("why")
        by_person = record["by"][0] is not None
        if not why and (action in WITH_REASON or (action == "adjustment_confirmed" and by_person)):
            yield f"I6: {action} of {record['subject']} for no reason"
        for step in _STEPS.get(action, ()):
            yield from step(self, record)

    def end(self) -> Iterable[str]:
        """Compare what history has made with what there is."""
        part, clinic = self._part, self._part.clinic
        announced = self._announced.items()
        for kind, (purchased, in_use, _, _, _, idle, *_) in clinic["licenses"].items():
            made = {**self._licenses[kind], "idle_since": self._idle[kind]}
            if made != {"purchased": purchased, "in_use": in_use, "idle_since": idle}:
                yield f"I6: history makes {kind} {made}, it is {purchased}/{in_use}, idle {idle}"
        yield from (f"I6: {told[0]} prices {kind}, which none added" for kind, told in announced)
        users = {name: facts(user) for name, user in part.users.items()}
        for name in sorted({*users, *self._users}):
            if self._users.get(name) != users.get(name):
                yield f"I6: history does not make user {name} what they are"
        yield from self._end_of_tokens()
        for name, adjustment in part.adjustments.items():
            if not self._is_confirmation(name, adjustment["confirmation"]):
                yield f"I6: history does not make the confirmation of {name} what it is"
        shown = [_shown(name, part.adjustments[name]) for name in self._open]
        if clinic.get("open", []) != shown:
            yield f"I6: the clinic names open adjustments {clinic.get('open')}, not {shown}"
        now = _settings_of(clinic)
        self._settings["closes_on"] = self._closes_on
        if self._learned(now) != now:
            yield f"I6: history makes the clinic {self._settings}, it is {now}"
        rules = [clinic["proration_unit"], clinic["release_credit"]]
        if self._rules != rules:
            yield f"I6: history makes the rules {self._rules}, they are {rules}"

    def _user(self, record: Plain) -> Iterable[str]:
        name, before, after = record["subject"], record["before"], record["after"]
        if self._users.get(name, {}) != without_counts(before):
            yield f"I6: {record['action']} of {name} does not begin where the last one ended"
        if after:
            self._users[name] = without_counts(after)
        else:
            del self._users[name]
        yield from self._count(record, before.get("licenses", {}), after.get("licenses", {}))

    def _end_of_tokens(self) -> Iterable[str]:
        if self._tokens != {name: _token_facts(of) for name, of in self._part.tokens.items()}:
            yield "I6: history does not make the provisioning tokens what they are"

    def _token(self, record: Plain) -> Iterable[str]:
        name = record["subject"]
        if self._tokens.get(name, {}) != record["before"]:
            yield f"I6: {record['action']} of {name} does not begin where the last one ended"
        self._tokens[name] = record["after"]

    def _left(self, record: Plain) -> Iterable[str]:
        yield from self._count(record, record["before"]["licenses"], record["after"]["licenses"])

    def _planned(self, record: Plain) -> Iterable[str]:
        if record["before"].get("closes_on") != self._closes_on:
            yield f"I6: {record['action']} does not begin with {self._closes_on}"
        self._closes_on = record["after"].get("closes_on")

    def _ended(self, record: Plain) -> Iterable[str]:
        if record["after"].get("closes_on") != self._closes_on or not self._part.has_closed:
            yield f"I6: the clinic closed, planned for {self._closes_on}"

    def _counts(self, record: Plain) -> Iterable[str]:
        return self._count(record, record["before"], record["after"])

    def _transferred(self, record: Plain) -> Iterable[str]:
        yield from self._count(record, record["before"]["licenses"], record["after"]["licenses"])
        clinic_id, adjustment_id, name = self._part.adjustments[record["subject"]]["transfer"]
        other = {"clinic_id": clinic_id, "adjustment_id": adjustment_id, "name": name}
        if record["after"]["transfer"] != other:
            yield f"I6: {record['subject']} is told as half of another transfer"

    def _count(self, record: Plain, before: Plain, after: Plain) -> Iterable[str]:
        for kind, counts in before.items():
            if self._licenses.get(kind) != counts:
                yield f"I6: {record['action']} begins with {counts} {kind}, it was otherwise"
        self._licenses |= after
        self._note_idle(after, record["at"])

    def _note_idle(self, licenses: Plain, at: int) -> None:
        for kind, counts in licenses.items():
            if counts["purchased"] == counts["in_use"]:
                self._idle[kind] = None
            elif self._idle.get(kind) is None:
                self._idle[kind] = at

    def _adjustment(self, record: Plain) -> Iterable[str]:
        action, name = record["action"], record["subject"]
        bounced = action == "adjustment_confirmed" and name in self._bounces(record["at"])
        adjustment = self._part.adjustments[name]
        moment = adjustment.get(MOMENTS[action])
        if action == "licenses_adjusted" and "applies" in adjustment:
            if record["at"] < adjustment["applies"]:
                yield f"I6: {name} was applied before its day"
        elif not bounced and moment != record["at"]:
            yield f"I6: {action} of {name} was at another time"

    def _requested(self, record: Plain) -> Iterable[str]:
        name, why = record["subject"], record.get("why")
        adjustment = self._part.adjustments[name]
        of_its_day = record["action"] == "licenses_adjusted" and "applies" in adjustment
        if (not of_its_day and record["by"] != adjustment["by"]) or why != adjustment.get(
            "explanation"
        ):
            yield f"I6: adjustment {name} is by {adjustment['by']}, history says otherwise"
        if not why and any(delta < 0 for _, delta in adjustment["lines"]):
            yield f"I6: licenses_adjusted of {name} released for no reason"
        if record["action"] != "adjustment_scheduled":
            self._open = [name, *self._open][:NEWEST_OPEN]

    def _closed(self, record: Plain) -> Iterable[str]:
        self._open = [name for name in self._open if name != record["subject"]]
        return ()

    def _invoiced(self, record: Plain) -> Iterable[str]:
        name = record["subject"]
        invoice = self._part.adjustments[name].get("invoice_id", "")
        yield from self._billed(record, invoice, name, {"invoice_id": invoice})

    def _corrected(self, record: Plain) -> Iterable[str]:
        name, invoice = record["subject"], record["after"].get("invoice_id", "")
        yield from self._billed(record, invoice, f"CORRECTION#{name}", {"invoice_id": invoice})
        line = self._part.lines[invoice].get(f"CORRECTION#{name}", {})
        if (line.get("at"), line.get("explanation")) != (record["at"], record.get("why")):
            yield f"I6: correction {name} was made otherwise than history says"

    def _finalized(self, record: Plain) -> Iterable[str]:
        name = record["subject"]
        yield from self._billed(record, name, "RECURRING", {})
        header = self._part.invoices[name]
        every, *rules = header["terms"]
        # Types that were added while the period ran are told with the price that they then had.
        prices = {kind: cents for kind, cents in every.items() if kind in self._licenses}
        for kind in every.keys() - prices.keys():
            self._announced[kind] = (name, every[kind])
        now = self._learned({"unit_prices": prices})
        coming = now.get("coming_terms", [])
        due = [entry for entry in coming if entry["first"] <= header["first"]]
        for entry in due:
            now = now | {"unit_prices": now["unit_prices"] | entry["unit_prices"]}
            self._rules = [entry["proration_unit"], entry["release_credit"]]
        self._settings = now | {"coming_terms": coming[len(due) :]}
        if (now["unit_prices"], self._rules) != (prices, rules):
            yield f"I6: nobody made the prices and rules of invoice {name}"

    def _billed(self, record: Plain, invoice: str, cause: str, more: Plain) -> Iterable[str]:
        total = self._totals.get(invoice, 0)
        self._totals[invoice] = total + self._cents[invoice, cause]
        before, after = {"total_cents": total}, {"total_cents": self._totals[invoice], **more}
        if (record["before"], record["after"]) != (before, after):
            yield f"I6: {record['action']} of {record['subject']} made {before} {after}"

    def _confirmation(self, record: Plain) -> Iterable[str]:
        action, name = record["action"], record["subject"]
        before, after = record["before"].get("confirmation"), CONFIRMATIONS[action]
        if not self._is_confirmation(name, before) or record["after"] != {"confirmation": after}:
            yield f"I6: {action} of {name} does not go on from where it was"
        self._confirmations[name] = after
        if before == "sent" and action != "adjustment_confirmed":
            # It bounced: the adjustment is open again, in its place among the others.
            self._open = sorted([*self._open, name], reverse=True)[:NEWEST_OPEN]

    def _bounces(self, since: int) -> set[str]:
        """Return the adjustments whose confirmations came back after the moment."""
        return {
            record["subject"]
            for record in self._part.history.values()
            if _came_back(record) and record["at"] > since
        }

    def _is_confirmation(self, name: str, state: Any) -> bool:
        # A claim changes nothing for the clinic, so no history tells of it.
        known = self._confirmations.get(name, "queued")
        return bool(known == state or (known == "queued" and state == "sending"))

    def _restarted(self, record: Plain) -> Iterable[str]:
        before = record["before"].get("status")
        if record["before"] != record["after"] or before not in ("applied", "invoiced", "lapsed"):
            yield f"I6: the update of {record['subject']} restarted as {before}"

    def _changed(self, record: Plain) -> Iterable[str]:
        before = record["before"]
        if self._learned(before) != before:
            yield f"I6: clinic_changed begins with {before}, it was {self._settings}"
        self._settings = record["after"]
        known = before.get("unit_prices", {})
        now = self._settings.get("unit_prices", {})
        for kind in now.keys() - known.keys():
            self._licenses[kind], self._idle[kind] = {"purchased": 0, "in_use": 0}, None
            invoice, cents = self._announced.pop(kind, ("", now[kind]))
            if cents != now[kind]:
                yield f"I6: invoice {invoice} tells {cents} for {kind}, added at {now[kind]}"

    def _learned(self, seen: Plain) -> Plain:
        """Return the settings with prices that nothing has told of so far as they are seen."""
        known = self._settings
        prices = seen.get("unit_prices", {}) | known.get("unit_prices", {})
        return known | {"unit_prices": prices}


_Step = Callable[[_Replay, Plain], Iterable[str]]
_STEPS: dict[str, tuple[_Step, ...]] = {
    "user_added": (_Replay._user,),
    "user_changed": (_Replay._user,),
    "user_removed": (_Replay._user,),
    "user_activated": (_Replay._user,),
    "user_deactivated": (_Replay._user,),
    "user_manager_named": (_Replay._user,),
    "provisioning_token_created": (_Replay._token,),
    "provisioning_token_revoked": (_Replay._token,),
    "adjustment_scheduled": (_Replay._adjustment, _Replay._requested),
    "lapse_told": (_Replay._adjustment, _Replay._confirmation),
    "users_left": (_Replay._left,),
    "closure_planned": (_Replay._planned,),
    "closure_taken_back": (_Replay._planned,),
    "clinic_closed": (_Replay._ended,),
    "licenses_adjusted": (_Replay._counts, _Replay._adjustment, _Replay._requested),
    "licenses_transferred": (_Replay._transferred, _Replay._adjustment, _Replay._requested),
    "adjustment_cancelled": (_Replay._counts, _Replay._adjustment, _Replay._closed),
    "adjustment_invoiced": (_Replay._adjustment, _Replay._invoiced),
    "adjustment_confirmed": (_Replay._adjustment, _Replay._confirmation, _Replay._closed),
    "confirmation_parked": (_Replay._confirmation,),
    "confirmation_requeued": (_Replay._confirmation,),
    "invoice_update_restarted": (_Replay._restarted,),
    "invoice_finalized": (_Replay._finalized,),
    "invoice_corrected": (_Replay._corrected,),
    "clinic_changed": (_Replay._changed,),
}


def _token_facts(token: Plain) -> Plain:
    return {
        "name": token["name"],
        "default_license_type": token["license_type"],
        "active": "revoked" not in token,
    }


def _cents(part: Partition) -> dict[tuple[str, str], int]:
    """Return what was billed on each invoice for each adjustment, or for what else."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for invoice, lines in part.lines.items():
        for line_id, line in lines.items():
            cause = line_id if line["kind"] == "correction" else line_id.partition("#")[0]
            found[invoice, line.get("adjustment") or cause] += line["cents"]
    return found


def _shown(name: str, adjustment: Plain) -> str:
    """Return how the clinic's own record names an open adjustment."""
    # An id tells when it takes effect: at once, or on its day.
    since, ahead = adjustment["requested"], ""
    if "applies" in adjustment:
        since = 0
        for character in name[:10]:
            since = since * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
        ahead = f"-{since - adjustment['requested']}"
    return f"{name}{adjustment['status'][0]}{adjustment['due'] - since}{ahead}"


def _settings_of(clinic: Plain) -> Plain:
    names = ("first", "unit_prices", "proration_unit", "release_credit")
    return {
        "name": clinic["name"],
        "calendar": clinic["calendar"],
        "email_requests": clinic["email_requests"],
        "closes_on": clinic.get("closing", [None])[0],
        "unit_prices": {
            kind: price for kind, (_, _, _, _, price, *_) in clinic["licenses"].items()
        },
        "coming_terms": [
            dict(zip(names, entry[:4], strict=True)) for entry in clinic.get("coming_terms", ())
        ],
    }


def _came_back(record: Plain) -> bool:
    """Return whether the record tells that a confirmation that was sent has bounced."""
    told = record["action"] in ("confirmation_requeued", "confirmation_parked")
    return told and record["before"].get("confirmation") == "sent"


def _told(part: Partition) -> Iterable[str]:
    """Demand that each step of each adjustment and invoice is told once."""
    told = Counter((record["action"], record["subject"]) for record in part.history.values())
    bounces = Counter(record["subject"] for record in part.history.values() if _came_back(record))
    for name, adjustment in part.adjustments.items():
        status = adjustment["status"]
        wanted = {
            "licenses_adjusted": int(
                "transfer" not in adjustment and status not in ("scheduled", "lapsed")
            ),
            "licenses_transferred": int("transfer" in adjustment),
            "adjustment_scheduled": int("applies" in adjustment),
            "adjustment_lapsed": int(status == "lapsed"),
            "adjustment_cancelled": int(status == "cancelled"),
            "adjustment_invoiced": int(
                status in ("invoiced", "confirmed") and not is_of_renewal(adjustment)
            ),
            "adjustment_confirmed": int(status == "confirmed") + bounces[name],
        }
        if status == "cancelled" and "applies" in adjustment:
            # Before its day, or after it.
            wanted["licenses_adjusted"] = min(told["licenses_adjusted", name], 1)
        for action, times in wanted.items():
            if told[action, name] != times:
                yield f"I6: {status} adjustment {name} has {told[action, name]} x {action}"
    for on_it in part.lines.values():
        for line_id in on_it:
            kind, _, name = line_id.partition("#")
            if kind == "CORRECTION" and told["invoice_corrected", name] != 1:
                yield f"I6: correction {name} has {told['invoice_corrected', name]} records"
    for name, invoice in part.invoices.items():
        if told["invoice_finalized", name] != int(invoice["status"] == "finalized"):
            yield f"I6: {invoice['status']} invoice {name} has no fitting history"
