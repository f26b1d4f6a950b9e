"""Finding a clinic by the beginnings of words."""

import pytest

from licensing.domain.finding import (
    ClinicWord,
    best_word,
    clinic_words,
    fits,
    search_words,
)
from tests.unit.domain.builders import clinic


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Main Street", ["main", "street"]),
        ("  Smith-Jones   PT, Inc. ", ["smith-jones", "pt", "inc"]),
        ("O'Brien\N{RIGHT SINGLE QUOTATION MARK}s", ["obriens"]),
        ("Clínica STRAßE", ["clinica", "strasse"]),
        ("clinic_main/street", ["clinic-main-street"]),
        ("3rd & 4th", ["3rd", "4th"]),
        (" - & ", []),
    ],
)
def test_words_are_compared_without_case_accents_and_marks(text: str, words: list[str]) -> None:
    assert search_words(text) == words


def test_a_clinic_is_found_under_its_name_its_id_and_their_parts() -> None:
    one = clinic(clinic_id="clinic-7", name="Smith-Jones Main")

    assert clinic_words(one) == [
        ClinicWord(word, "clinic-7", "Smith-Jones Main")
        for word in ("clinic-7", "7", "smith-jones", "jones", "main")
    ]


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        (["pt", "main", "st"], "main"),
        (["clinic", "19"], "19"),
        (["physical", "therapy", "main"], "main"),
        (["physic", "bay", "ther"], "bay"),
        (["physical", "therapy"], "physical"),
    ],
)
def test_the_longest_word_that_few_clinics_have_is_looked_under(
    wanted: list[str], best: str
) -> None:
    assert best_word(wanted) == best


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("main", True),
        ("ma str", True),
        ("str ma", True),
        ("main-street", True),
        ("street main harbor", False),
        ("ain", False),
    ],
)
def test_all_that_was_typed_must_begin_a_word(typed: str, found: bool) -> None:
    wanted = search_words(typed)
    entries = clinic_words(clinic(clinic_id="main-street", name="Main Street"))
    first = best_word(wanted)
    under = [entry for entry in entries if entry.word.startswith(first)]

    assert [fits(entry, first, wanted) for entry in under].count(True) == int(found)
