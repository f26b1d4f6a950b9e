"""What a notice of the night says, by what is so when it is sent."""

from datetime import datetime

from licensing.domain.clinics import Clinic
from licensing.domain.due_notices import before_renewal_cause, price_rise_cause, rises
from licensing.domain.keys import invoice_key
from licensing.domain.notices import Kind, Notice
from licensing.domain.outgoing import Said
from licensing.letters import invoice_finalized, prices_rise, renewal_comes
from licensing.use_cases.billing.coming_invoices import expected_cents
from licensing.use_cases.ports import Store


def say(store: Store, clinic: Clinic, notice: Notice, now: datetime) -> Said | None:
    """Return what to say; None if it is not so any more."""
    match notice.kind:
        case Kind.BEFORE_RENEWAL if notice.cause == before_renewal_cause(clinic):
            if not clinic.ends_before(clinic.coming_period):
                key = invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id)
                (upcoming,) = store.load(key)
                collected = 0 if upcoming is None else upcoming.total_cents
                return renewal_comes(clinic, expected_cents(store, clinic, collected, now))
        case Kind.INVOICE_FINALIZED:
            invoice_id = notice.cause.partition("-")[2]
            (invoice,) = store.load(invoice_key(clinic.clinic_id, invoice_id))
            return None if invoice is None else invoice_finalized(clinic, invoice)
        case Kind.PRICE_RISE:
            for terms in clinic.coming_terms:
                risen = rises(clinic, terms)
                if risen and notice.cause == price_rise_cause(terms):
                    return prices_rise(clinic, terms.first, risen)
    return None
