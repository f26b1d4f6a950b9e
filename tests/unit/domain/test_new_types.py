"""A license type that a clinic did not buy at its registration, added by its price."""

from dataclasses import replace
from datetime import UTC, date, datetime

from licensing.domain.billing import telling_terms, with_prices
from licensing.domain.invoices import Invoice, InvoiceStatus
from licensing.domain.licenses import License
from tests.unit.domain.builders import (
    ASSISTANT,
    BEGIN,
    BILLING,
    END,
    THERAPIST,
    clinic,
    month,
    terms,
)


def test_a_priced_type_comes_with_no_licenses_in_the_order_of_types() -> None:
    after = clinic().with_types({ASSISTANT: 700, BILLING: 9_900})

    assert list(after.licenses) == [THERAPIST, ASSISTANT, BILLING]
    assert after.licenses[ASSISTANT] == License(0, 0, 0, 0, 700, None)
    assert after.licenses[BILLING] == clinic().licenses[BILLING]


def test_its_price_holds_for_the_period_that_runs() -> None:
    assert clinic().with_types({ASSISTANT: 700}).terms_for(month(4)).unit_prices[ASSISTANT] == 700


def test_the_terms_of_the_first_period_are_told_by_the_first_invoice() -> None:
    assert telling_terms(clinic(), BEGIN) == ("2026-05",)


def test_where_its_renewal_is_late_no_invoice_tells_them_yet() -> None:
    for moment in (datetime(2026, 6, 30, tzinfo=UTC), END):
        assert telling_terms(clinic(), moment) == ()


def test_where_renewals_are_ahead_of_the_clock_each_invoice_tells_its_own() -> None:
    ahead = clinic(next_renewal=date(2026, 8, 1))

    assert telling_terms(ahead, BEGIN) == ("2026-05", "2026-06", "2026-07")
    assert telling_terms(ahead, datetime(2026, 6, 2, tzinfo=UTC)) == ("2026-06", "2026-07")


def test_a_header_is_told_the_price_of_what_it_does_not_know_only() -> None:
    header = Invoice(
        "main-street",
        "2026-05",
        InvoiceStatus.FINALIZED,
        "USD",
        date(2026, 5, 1),
        date(2026, 6, 1),
        0,
        0,
        BEGIN,
    )
    first = replace(header, first_terms=terms(1_000))

    assert with_prices(header, {ASSISTANT: 700}) == header
    told = with_prices(first, {ASSISTANT: 700, THERAPIST: 1}).first_terms
    assert told == terms(1_000)._replace(unit_prices=terms(1_000).unit_prices | {ASSISTANT: 700})
    later = with_prices(replace(header, terms=terms()), {ASSISTANT: 700})
    assert (later.terms, later.first_terms) == (told, None)
