"""The words under which clinics are found."""

from typing import NamedTuple


class ClinicWord(NamedTuple):
    """One word under which a clinic is found, with the name that it comes from."""

    word: str
    clinic_id: str
    name: str
