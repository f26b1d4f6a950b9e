"""No text of a list becomes a formula, whatever separates the cells of a spreadsheet."""

import pytest

from licensing.http.csv_tables import guarded, unguarded

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\uff1d1", "\uff0d1"]


@pytest.mark.parametrize("formula", [*FORMULAS, "\t1+1", "\r1+1", "\n1+1"])
def test_a_text_that_is_a_formula_is_guarded(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r\n"])
def test_so_is_one_that_begins_where_others_begin_a_cell(separator: str, formula: str) -> None:
    assert guarded(f"Ana{separator}{formula};b") == f"Ana{separator}'{formula};b"


@pytest.mark.parametrize("text", ["", "Ana", "1+1", "a=b; c-d", "Ana; Bo", "one\n\ntwo", "O'Hara"])
def test_any_other_text_stays(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "a; '=1;-2", "Left:\n- Ana\n- Bo", ";=1"])
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["'Ana", "Ana;'Bo", "'=1;=2"])
def test_what_guards_nothing_is_part_of_the_text(text: str) -> None:
    assert unguarded(text) == text
