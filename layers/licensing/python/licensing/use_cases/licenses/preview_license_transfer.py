"""What a transfer would do to the licenses and invoices of both clinics; changes nothing."""

from licensing.domain.forecast import forecast, prevented
from licensing.domain.previews import Preview
from licensing.domain.transfers import TransferRequest
from licensing.use_cases.access import Caller
from licensing.use_cases.billing.coming_invoices import coming_invoice_keys
from licensing.use_cases.billing.preview_license_adjustment import Course, preview_of
from licensing.use_cases.licenses.transfer_licenses import decide, open_both
from licensing.use_cases.ports import Store


def preview_transfer(
    store: Store, caller: Caller, from_clinic_id: str, to_clinic_id: str, request: TransferRequest
) -> tuple[Preview, Preview]:
    """Return what becomes of the clinic that gives, and of the one that takes."""
    headers = [
        key
        for clinic_id in (from_clinic_id, to_clinic_id)
        for key in coming_invoice_keys(clinic_id, caller.now)
    ]
    both = open_both(store, caller, from_clinic_id, to_clinic_id, request, *headers)
    # What is scheduled and due by now is applied before a transfer is made.
    futures = [forecast(opened.clinic, opened.clinic.moment(caller.now)) for opened in both]
    source, target = (
        opened._replace(clinic=clinic) for opened, (clinic, _) in zip(both, futures, strict=True)
    )
    transfer = decide(source, target, request)
    given, taken = (
        preview_of(
            opened,
            Course(
                clinic,
                half.clinic,
                half.adjustment,
                earlier,
                clinic,
                prevented=prevented(clinic, half.clinic),
            ),
        )
        for opened, half, (clinic, earlier) in zip(
            both, (transfer.given, transfer.taken), futures, strict=True
        )
    )
    return given, taken
