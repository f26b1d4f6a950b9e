"""How long mails take to understand that the tests made up to be hard to read."""

import time
from collections.abc import Iterator

from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.reading.headers import header_fields
from licensing.mail.reading.identity import claim_key, words_key
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.reading.trust import sole_address
from licensing.mail.understanding import understand
from tests.unit.mail.threads.pathological import generate

CLINICS = [
    NamedClinic("clinic-main-street", "Main Street Physical Therapy"),
    NamedClinic("clinic-lakeside", "Lakeside Rehab"),
]


def measured(every: int) -> Iterator[tuple[float, str]]:
    """Yield the CPU seconds and the name of one of so many mails."""
    for name, raw in generate(every=every):
        start = time.process_time()
        fields = header_fields(raw)
        sole_address([field.value for field in fields if field.name == "from"])
        claim_key("dana@clinic.example", raw, fields)
        letter = read_mail(raw, fields)
        words_key("dana@clinic.example", fields, letter)
        understand(letter, CLINICS)
        yield time.process_time() - start, name
