"""How long the costliest mails take to understand: python -m benchmarks.mails [EVERY].

Reads and understands each of the two thousand pathological mails of the tests (or each EVERYth),
prints the slowest with their CPU seconds, and fails if one takes more than two.
"""

import sys
import time
from collections.abc import Iterator

from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.reading.headers import header_fields
from licensing.mail.reading.identity import claim_key, words_key
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.reading.trust import sole_address
from licensing.mail.understanding import understand
from tests.unit.mail.threads.pathological import generate

MOST_SECONDS = 2.0
CLINICS = [
    NamedClinic("clinic-main-street", "Main Street Physical Therapy"),
    NamedClinic("clinic-lakeside", "Lakeside Rehab"),
]
SHOWN = 15


def measured(every: int) -> Iterator[tuple[float, str, int]]:
    """Yield the CPU seconds, the name and the size of each mail."""
    for name, raw in generate(every=every):
        start = time.process_time()
        fields = header_fields(raw)
        sole_address([field.value for field in fields if field.name == "from"])
        claim_key("dana@clinic.example", raw, fields)
        letter = read_mail(raw, fields)
        words_key("dana@clinic.example", fields, letter)
        understand(letter, CLINICS)
        yield time.process_time() - start, name, len(raw)


def main() -> int:
    """Print the slowest mails."""
    slowest = sorted(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 1), reverse=True)
    for seconds, name, size in slowest[:SHOWN]:
        sys.stdout.write(f"{seconds:6.2f} s  {size:>9,} bytes  {name}\n")
    sys.stdout.write(f"{len(slowest)} mails\n")
    return int(slowest[0][0] > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
