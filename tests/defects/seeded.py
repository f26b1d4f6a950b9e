"""Small defects, each with the test that must fail because of it.

A defect that no test can notice is listed as equivalent, with the reason.
"""

from dataclasses import dataclass

LAYER = "layers/licensing/python/licensing"
FAULTS = "tests/faults/test_faults.py::test_a_single_fault_leaves_every_invariant_whole"
ATTEMPTS = "tests/faults/test_attempts.py"
MODEL = "tests/model/test_model.py"
FUNCTIONS = "tests/functions"
FUZZ = "tests/fuzz/test_fuzz.py::test_a_thousand_requests_find_nothing[whoever may]"
INPUTS = "tests/fuzz/test_bad_inputs.py"


@dataclass(frozen=True)
class Defect:
    """A textual change and who must notice it."""

    what: str
    file: str
    before: str
    after: str
    test: str
    equivalent: str = ""

    @property
    def path(self) -> str:
        """The file within the repository."""
        return self.file if self.file.startswith("layers/") else f"{LAYER}/{self.file}"


def under(operation: str) -> str:
    """Return the test of all single faults of an operation."""
    return f"{FAULTS}[{operation}]"


def rules(module: str) -> str:
    """Return the unit tests of some rules."""
    return f"tests/unit/domain/test_{module}.py"


DEFECTS = (
    Defect(
        "an insert overwrites",
        "adapters/store.py",
        '{"ConditionExpression": "attribute_not_exists(pk)"}',
        "{}",
        "tests/contention/test_store_contract.py::test_an_insert_needs_a_free_key[in_process]",
    ),
    Defect(
        "a replacement forgets the version that was read",
        "adapters/store.py",
        "case ReplaceClinic(before, after, history, relying_on):\n"
        "                yield self._put(replace(after, version=before.version + 1), "
        "_still(before.version))",
        "case ReplaceClinic(before, after, history, relying_on):\n"
        "                yield self._put(replace(after, version=before.version + 1), {})",
        under("activate"),
    ),
    Defect(
        "a replacement keeps its version",
        "adapters/store.py",
        "case ReplaceClinic(before, after, history, relying_on):\n"
        "                yield self._put(replace(after, version=before.version + 1)",
        "case ReplaceClinic(before, after, history, relying_on):\n"
        "                yield self._put(replace(after, version=before.version)",
        under("activate"),
    ),
    Defect(
        "reads are eventually consistent",
        "adapters/store.py",
        '"ConsistentRead": True}\n        }',
        '"ConsistentRead": False}\n        }',
        f"{FUNCTIONS}/test_round_trips.py",
    ),
    Defect(
        "a part of a batch is taken for all of it",
        "adapters/store.py",
        'request = answer.get("UnprocessedKeys", {})',
        "request = {}",
        f"{FUNCTIONS}/test_round_trips.py",
    ),
    Defect(
        "conflicts of transactions are no conflicts",
        "adapters/store.py",
        '_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}',
        '_CONFLICTS = {"ConditionalCheckFailed"}',
        under("request_add"),
        equivalent="the caller is told try_again and tries again instead of us: slower, as right",
    ),
    Defect(
        "a manager who was demoted between two reads still counts",
        "use_cases/access.py",
        "relying_on=None if own else self.member,",
        "relying_on=None,",
        f"{FUNCTIONS}/test_authorization.py",
    ),
    Defect(
        "a change of a clinic has no history",
        "adapters/store.py",
        "                yield from self._operations(Insert(history))\n",
        "",
        under("activate"),
    ),
    Defect(
        "the answer of a request is not stored",
        "use_cases/request_license_adjustment.py",
        "        *once.store(opened, answer, adjustment.requested_at),\n",
        "",
        under("request_add"),
    ),
    Defect(
        "the answer of a release is not stored",
        "use_cases/set_user_activation.py",
        ", *once.store(opened, answer, after.updated_at)",
        "",
        under("deactivate_and_release"),
    ),
    Defect(
        "a key answers any request",
        "use_cases/idempotency.py",
        "if stored.body_digest != self.body_digest:",
        "if False:",
        f"{FUNCTIONS}/test_request_license_adjustment.py",
    ),
    Defect(
        "keys are shared between callers",
        "use_cases/idempotency.py",
        "digest([caller.user_id, operation, key])",
        "digest([operation, key])",
        f"{FUNCTIONS}/test_request_license_adjustment.py",
    ),
    Defect(
        "inactive users may look and act",
        "use_cases/access.py",
        "(member and clinic.lets_look(member))",
        "member",
        MODEL,
    ),
    Defect(
        "every member may act",
        "use_cases/access.py",
        "if member is None or not (member.manages or opened.clinic.was_managed_by(member)):",
        "if member is None:",
        MODEL,
    ),
    Defect(
        "everybody is staff",
        "use_cases/access.py",
        "if not caller.is_staff:\n        raise NotFoundError",
        "if caller is None:\n        raise NotFoundError",
        f"{FUNCTIONS}/test_authorization.py",
    ),
    Defect(
        "an access token is taken",
        "http/app.py",
        'claims.get("token_use") != "id" or not client_id',
        "not client_id",
        f"{FUNCTIONS}/test_authorization.py",
    ),
    Defect(
        "one more than available can be released",
        "domain/adjustments.py",
        "if -line.delta > license.available:",
        "if -line.delta > license.available + 1:",
        MODEL,
    ),
    Defect(
        "a user is activated without a license",
        "domain/activation.py",
        "license.available == 0",
        "license.available < 0",
        under("activate"),
    ),
    Defect(
        "an activation is not counted",
        "domain/activation.py",
        ".plus(moment, in_use=step)",
        ".plus(moment)",
        under("activate"),
    ),
    Defect(
        "the last manager may go",
        "domain/activation.py",
        "if clinic.active_managers <= 1:",
        "if clinic.active_managers < 1:",
        MODEL,
    ),
    Defect(
        "a release of an inactive user takes somebody else's license",
        "use_cases/set_user_activation.py",
        "    if not user.active:\n        raise RefusedError(",
        "    if user is None:\n        raise RefusedError(",
        MODEL,
    ),
    Defect(
        "an activation with a release leaves no history",
        "use_cases/set_user_activation.py",
        "Insert(history_of(switched, event, opened.actor)), Insert(adjustment)",
        "Insert(adjustment)",
        under("deactivate_and_release"),
    ),
    Defect(
        "an invoiced adjustment can be cancelled",
        "domain/adjustments.py",
        "if adjustment.status in (Status.INVOICED, Status.CONFIRMED):",
        "if adjustment.status is Status.CONFIRMED:",
        under("cancel_license_adjustment"),
    ),
    Defect(
        "a cancellation overtakes later adjustments",
        "domain/adjustments.py",
        "if other.has_changed_licenses and other.license_types & changed_types:",
        "if not other.has_changed_licenses and other.license_types & changed_types:",
        MODEL,
    ),
    Defect(
        "a cancellation keeps the paid maximum",
        "domain/adjustments.py",
        "adjustment.paid_maximum_before[line.license_type]\n",
        "license.paid_maximum\n",
        "tests/billing",
    ),
    Defect(
        "a cancellation leaves its cents waiting",
        "domain/adjustments.py",
        "after.uninvoiced_cents - total(adjustment.priced)",
        "after.uninvoiced_cents",
        under("cancel_license_adjustment"),
    ),
    Defect(
        "an adjustment is invoiced again",
        "use_cases/update_invoice.py",
        "if adjustment.status is not Status.APPLIED:",
        "if adjustment.status is Status.CONFIRMED:",
        under("update_invoice"),
    ),
    Defect(
        "a cancelled adjustment counts as invoiced",
        "use_cases/update_invoice.py",
        "if adjustment.status in (Status.CANCELLED, Status.SCHEDULED, Status.LAPSED):",
        "if adjustment.status in (Status.SCHEDULED, Status.LAPSED):",
        f"{FUNCTIONS}/test_invoice_update.py::test_a_cancelled_adjustment_ends_quietly",
    ),
    Defect(
        "what is due is not renewed first",
        "use_cases/update_invoice.py",
        "    clinic = renew_due(store, clinic, now=now)\n",
        "",
        "tests/billing/test_late_updates.py",
    ),
    Defect(
        "periods renewed meanwhile are forgotten",
        "use_cases/renewals.py",
        "return catch_up_lines(adjustment.priced, adjustment.deltas, periods)",
        "return tuple(adjustment.priced)",
        under("update_invoice_after_renewals"),
    ),
    Defect(
        "a change is billed before the one that it was priced upon",
        "use_cases/update_invoice.py",
        "for one in (*older, adjustment):",
        "for one in (adjustment,):",
        under("update_invoice_in_order"),
    ),
    Defect(
        "the invoice does not count new lines",
        "use_cases/update_invoice.py",
        "        Replace(upcoming, billed),\n",
        "",
        under("update_invoice"),
    ),
    Defect(
        "a renewal bills nothing",
        "domain/billing.py",
        "with_lines(upcoming, lines),\n        status",
        "upcoming,\n        status",
        under("renewal"),
    ),
    Defect(
        "money goes through floats",
        "domain/proration.py",
        "rounded = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)",
        "rounded = round(abs(float(value)))",
        "tests/unit/domain/test_proration.py",
    ),
    Defect(
        "a part of a second is charged",
        "domain/proration.py",
        "begins = moment.replace(microsecond=0)",
        "begins = moment",
        under("request_add"),
    ),
    Defect(
        "a mail is sent without a claim",
        "use_cases/send_confirmation.py",
        "    store.commit([Replace(adjustment, claimed)])\n",
        "    claimed = replace(claimed, version=adjustment.version - 1)\n",
        under("send_confirmation"),
    ),
    Defect(
        "who finds a mail being sent sends it again",
        "use_cases/send_confirmation.py",
        "if adjustment.confirmation is Confirmation.SENDING:",
        "if adjustment.confirmation is None:",
        under("send_confirmation"),
    ),
    Defect(
        "a confirmation goes out before the invoice",
        "use_cases/send_confirmation.py",
        "if adjustment.status in (Status.CANCELLED, Status.APPLIED, Status.SCHEDULED):",
        "if adjustment.status in (Status.CANCELLED, Status.SCHEDULED):",
        MODEL,
    ),
    Defect(
        "a failure of the mail service counts as a refusal",
        "adapters/postbox.py",
        "if 400 <= status < 500:",
        "if 400 <= status:",
        ATTEMPTS,
    ),
    Defect(
        "a mail is handed over three times",
        "adapters/postbox.py",
        "attempts=1, read_timeout=_READ_SECONDS",
        "attempts=3, read_timeout=_READ_SECONDS",
        ATTEMPTS,
    ),
    Defect(
        "an update of another input counts as this one",
        "adapters/workflows.py",
        'if json.loads(existing["input"]) != json.loads(text):',
        "if False:",
        f"{FUNCTIONS}/test_invoice_update.py",
    ),
    Defect(
        "a mailed request is not claimed",
        "use_cases/receive_email_request.py",
        "    changes.append(Insert(request))\n",
        "",
        f"{FUNCTIONS}/test_receive_email_request.py",
    ),
    Defect(
        "two workers send one reply",
        "use_cases/email_delivery.py",
        "if mail is None or _letter(mail, number).delivery is not Delivery.QUEUED:",
        "if mail is None:",
        under("receive_request_to_add"),
    ),
    Defect(
        "a second YES does the same again",
        "domain/mail_requests.py",
        "return not self.used and now - self.written_at < ANSWERABLE_FOR",
        "return now - self.written_at < ANSWERABLE_FOR",
        f"{FUNCTIONS}/test_email_replies.py",
    ),
    Defect(
        "anybody may reply to an answer",
        "use_cases/receive_email_request.py",
        "if ours is not None and ours.sender_id in {of.user.user_id for of in found.memberships}:",
        "if ours is not None:",
        f"{FUNCTIONS}/test_email_replies.py",
    ),
    Defect(
        "a change is made that its sender does not hear of",
        "use_cases/receive_email_request.py",
        'if outcome.verdict in ("apply", "undo") and not heard:',
        "if False:",
        f"{FUNCTIONS}/test_receive_email_request.py",
    ),
    Defect(
        "a copy of a mail with another id counts",
        "use_cases/receive_email_request.py",
        "    if copy:\n",
        "    if False:\n",
        f"{FUNCTIONS}/test_receive_email_request.py",
    ),
    Defect(
        "mails of who was made a member unasked count",
        "use_cases/receive_email_request.py",
        "(opened if user.joined else unopened)",
        "opened",
        f"{FUNCTIONS}/test_mail_memberships.py",
    ),
    Defect(
        "everybody reads every clinic (API)",
        "use_cases/access.py",
        "if clinic is None or not (caller.is_staff or (member and clinic.lets_look(member))):",
        "if clinic is None:",
        FUZZ,
    ),
    Defect(
        "problems have no code (API)",
        "http/app.py",
        '        "code": code,\n',
        "",
        FUZZ,
    ),
    Defect(
        "a page may be as long as one likes (API)",
        "http/queries.py",
        "if not whole or not 1 <= int(text) <= most:",
        "if not whole or int(text) < 1:",
        FUZZ,
    ),
    Defect(
        "a quantity that is too large is our mistake (API)",
        "http/fields.py",
        "not isinstance(value, int) or not low <= value <= high:",
        "not isinstance(value, int) or (value > high and {}[value]) or value < low:",
        FUZZ,
    ),
    Defect(
        "unknown fields are ignored (API)",
        "http/plain_body.py",
        "for name in value if name not in known",
        "for name in value if name is None",
        f"{INPUTS}::test_wrong_fields_are_named",
    ),
    Defect(
        "true is one (API)",
        "http/fields.py",
        "if isinstance(value, bool) or not isinstance(value, int)",
        "if not isinstance(value, int)",
        f"{INPUTS}::test_wrong_fields_are_named",
    ),
    Defect(
        "impossible keys are looked for (API)",
        "adapters/store.py",
        "    return len(partition) <= _LONGEST_PARTITION and len(sort) <= _LONGEST_SORT",
        "    return bool(partition and sort)",
        f"{INPUTS}::test_wrong_paths_and_headers_are_refused",
    ),
    Defect(
        "bytes that are no text break the reading (API)",
        "http/body.py",
        "    except UnicodeDecodeError:",
        "    except UnicodeEncodeError:",
        f"{INPUTS}::test_what_cannot_be_read_is_refused",
    ),
    Defect(
        "the layer's models lack the keys of their texts",
        "layers/dependencies/trim.py",
        'name: ""\n'
        '            if name == "documentation" and isinstance(value, str)\n'
        "            else _without_documentation(value)\n"
        "            for name, value in node.items()",
        "name: _without_documentation(value)\n"
        "            for name, value in node.items()\n"
        '            if not (name == "documentation" and isinstance(value, str))',
        "tests/unit/test_trim.py",
    ),
    Defect(
        "a change of a clinic tells nothing of what was before",
        "use_cases/change_clinic.py",
        "before=_facts(clinic),",
        "before={},",
        under("change_clinic"),
    ),
    Defect(
        "a period that is caught up with counts as the first one",
        "domain/billing.py",
        "unit_price_cents=terms.unit_prices[origin.license_type],\n"
        "                    share=whole(period, terms.proration_unit),",
        "unit_price_cents=terms.unit_prices[origin.license_type],\n"
        "                    share=replace(\n"
        "                        whole(period, terms.proration_unit), ends=origin.share.ends\n"
        "                    ),",
        under("update_invoice_after_renewals"),
    ),
    Defect(
        "a release lowers the paid maximum",
        "domain/adjustments.py",
        "maximum = max(0 if at_renewal else license.paid_maximum, changed.purchased)",
        "maximum = changed.purchased",
        under("request_release"),
    ),
    Defect(
        "a confirmation goes to the vendor as well",
        "use_cases/send_confirmation.py",
        "send_each(postbox, recipients, letter, tags=tags)",
        'send_each(postbox, [*recipients, "licenses@vendor.example"], letter, tags=tags)',
        under("send_confirmation"),
    ),
    Defect(
        "why a confirmation is sent again is not told",
        "use_cases/settle_confirmation.py",
        'after={"confirmation": queued.confirmation},\n        why=reason,',
        'after={"confirmation": queued.confirmation},',
        under("settle_by_resending"),
    ),
    Defect(
        "a scheduled release takes what is in use",
        "domain/scheduled.py",
        "if -line.delta > license.available:",
        "if -line.delta > license.purchased:",
        rules("scheduled"),
    ),
    Defect(
        "today counts as a later day",
        "domain/scheduled.py",
        "if not today < effective_on <=",
        "if not today <= effective_on <=",
        rules("scheduled"),
    ),
    Defect(
        "what is scheduled for one day has one place",
        "domain/scheduled.py",
        "return max(same) + _MILLISECOND if same else applies_at",
        "return applies_at",
        rules("scheduled"),
    ),
    Defect(
        "more than a clinic will have can be scheduled to go",
        "domain/scheduled.py",
        "if purchased + line.delta < 0:",
        "if purchased < 0:",
        rules("scheduled"),
    ),
    Defect(
        "an end with a billed period is credited for it",
        "domain/closing.py",
        "if closing.at >= clinic.coming_period.start:",
        "if closing.at > clinic.coming_period.start:",
        rules("closing"),
    ),
    Defect(
        "a clinic that closes keeps a manager in its counts",
        "domain/closing.py",
        "managers = after.active_managers - user.manages",
        "managers = after.active_managers",
        rules("closing"),
    ),
    Defect(
        "an end that has come can be moved",
        "domain/closing.py",
        "    require_open(clinic, now)\n    moment = clinic.moment(now)\n",
        "    moment = clinic.moment(now)\n",
        rules("closing"),
    ),
    Defect(
        "a closed clinic can be read for ever",
        "domain/closing.py",
        "return clinic.closing.at + READABLE_FOR <= now",
        "return False",
        rules("closing"),
    ),
    Defect(
        "two currencies are transferred one to one",
        "domain/transfers.py",
        "if source.currency != target.currency:",
        "if not source.currency:",
        rules("transfers"),
    ),
    Defect(
        "the halves of a transfer have two moments",
        "domain/transfers.py",
        "now = max(source.moment(now), target.moment(now))",
        "now = source.moment(now)",
        rules("transfers"),
    ),
    Defect(
        "an inactive user moves along",
        "domain/transfers.py",
        "        if not user.active:\n",
        "        if user is None:\n",
        rules("transfers"),
    ),
    Defect(
        "what was bought meanwhile is to be released",
        "domain/usage.py",
        "held = min(license.purchased, *(peak.purchased for peak in known))",
        "held = license.purchased",
        rules("usage"),
    ),
    Defect(
        "peaks of a late renewal are lost",
        "domain/usage.py",
        "waiting = (*waiting, *_ended(before, old, new))",
        "waiting = tuple(waiting)",
        rules("usage"),
    ),
    Defect(
        "what is to be released is advised again",
        "domain/usage.py",
        "held - used - clinic.to_be_released(kind)",
        "held - used",
        rules("usage"),
    ),
    Defect(
        "each change below a level is told",
        "domain/few_left.py",
        "has.available <= level < had.available for",
        "has.available <= level for",
        rules("due_notices"),
    ),
    Defect(
        "holidays are business days before a renewal",
        "domain/due_notices.py",
        "day.weekday() < _SATURDAY and day not in federal_holidays(day.year)",
        "day.weekday() < _SATURDAY",
        rules("due_notices"),
    ),
    Defect(
        "a renewal after a clinic's end is announced",
        "domain/due_notices.py",
        "renews = not clinic.ends_before(coming)",
        "renews = True",
        rules("due_notices"),
    ),
    Defect(
        "a notice that was switched off is sent",
        "domain/notices.py",
        "return settings.invoice_finalized",
        "return True",
        rules("notices"),
    ),
    Defect(
        "a revoked token is good",
        "domain/provisioning_tokens.py",
        "hmac.compare_digest(self.digest, presented.digest) and self.active",
        "hmac.compare_digest(self.digest, presented.digest)",
        rules("provisioning_tokens"),
    ),
    Defect(
        "any text with a token's id is good",
        "domain/provisioning_tokens.py",
        "hmac.compare_digest(self.digest, presented.digest) and self.active",
        "self.active",
        rules("provisioning_tokens"),
    ),
    Defect(
        "whom a provider makes inactive keeps the license",
        "domain/provisioning.py",
        "if changed.active and not wanted.active:",
        "if changed.active and wanted.active is None:",
        rules("provisioning"),
    ),
    Defect(
        "case counts in a SCIM filter",
        "scim/filters.py",
        "return value.lower() if isinstance(value, str) and not attribute.exact else value",
        "return value",
        "tests/unit/scim/test_filters.py",
    ),
    Defect(
        "not is passed over in a SCIM filter",
        "scim/filters.py",
        "return lambda of: not inner(of)",
        "return inner",
        "tests/unit/scim/test_filters.py",
    ),
    Defect(
        "a SCIM patch changes what was read",
        "scim/patches.py",
        "now, touched = dict(resource), set[str]()",
        "now, touched = resource, set[str]()",
        "tests/unit/scim/test_patches.py",
    ),
    Defect(
        "an import leaves its caller no permission halfway",
        "domain/user_imports.py",
        "key=lambda row: _is(users.get(row.email), caller)",
        "key=lambda row: row.number",
        rules("user_imports"),
    ),
    Defect(
        "a license that a later row frees is not given",
        "domain/user_imports.py",
        "        waiting = refused\n",
        "        break\n",
        rules("user_imports"),
    ),
    Defect(
        "an import changes the type of a license in use",
        "domain/user_imports.py",
        "        if user.active:\n            raise RefusedError(",
        "        if user is None:\n            raise RefusedError(",
        rules("user_imports"),
    ),
    Defect(
        "an event names a mail address",
        "events.py",
        "subject = None if found.invariant is Invariant.MAIL_ADDRESS else found.subject",
        "subject = found.subject",
        "tests/unit/test_business_events.py",
    ),
    Defect(
        "an invoice's event leaves lines out",
        "events.py",
        "lines[start : start + LINES_PER_EVENT]",
        "lines[start : start + LINES_PER_EVENT - 1]",
        "tests/unit/test_business_events.py",
    ),
    Defect(
        "one of the words that were typed finds a clinic",
        "domain/finding.py",
        "return all(any(word.startswith(part)",
        "return any(any(word.startswith(part)",
        rules("finding"),
    ),
    Defect(
        "a clinic is found once for each such word",
        "domain/finding.py",
        "entry.word == min(word for word in known if word.startswith(looked_under))",
        "entry.word in known",
        rules("finding"),
    ),
    Defect(
        "an active user is removed",
        "domain/erasure.py",
        "    if user.active:\n",
        "    if not user.name:\n",
        rules("erasure"),
    ),
    Defect(
        "a namesake of a removed user loses the name",
        "domain/erasure.py",
        "return FORMER if mine else value",
        "return FORMER",
        rules("erasure"),
    ),
    Defect(
        "a correction goes on naming a removed user",
        "domain/erasure.py",
        "self._text(record.correction.reason) or FORMER",
        "record.correction.reason",
        rules("erasure"),
    ),
    Defect(
        "one invitation a day too many",
        "domain/invitations.py",
        "sent.count >= most",
        "sent.count > most",
        rules("invitations"),
    ),
    Defect(
        "a month is told by its first night",
        "domain/overview.py",
        "months.setdefault((report.night.year, report.night.month), report)",
        "months[report.night.year, report.night.month] = report",
        rules("overview"),
    ),
    Defect(
        "one more addition may be taken back unseen",
        "domain/books.py",
        "times > MOST_TAKEN_BACK or",
        "times > MOST_TAKEN_BACK + 1 or",
        rules("fair_use"),
    ),
    Defect(
        "why an invoice is corrected is not told",
        "use_cases/correct_invoice.py",
        "        why=reason,\n",
        "",
        f"{FUNCTIONS}/test_correct_invoice.py",
    ),
)
