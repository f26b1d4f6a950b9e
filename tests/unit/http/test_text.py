"""Names that people give: values in, values or sentences out."""

import pytest

from licensing.http.text import visible_name


@pytest.mark.parametrize(
    "name",
    [
        "clinic license manager",
        "License  Manager",
        "The Licen-se Staff",
        "\uff2cicense staff",
        "Former user",
    ],
)
def test_a_name_that_poses_as_the_system_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="reserved for the system"):
        visible_name(name, longest=100)


@pytest.mark.parametrize("name", ["License M\u0430nager", "\u03bficense", "\u0421linic"])
def test_letters_of_another_alphabet_do_not_pass_for_latin_ones(name: str) -> None:
    with pytest.raises(ValueError, match="mixes alphabets"):
        visible_name(name, longest=100)


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u00ad", "\ufeff"])
def test_nothing_invisible_is_part_of_a_name(hidden: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        visible_name(f"License{hidden} staff", longest=100)


@pytest.mark.parametrize("separator", ["\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_no_name_begins_a_line_of_its_own_in_a_mail(separator: str) -> None:
    with pytest.raises(ValueError, match="invisible"):
        visible_name(f"Dana{separator}Your invoice is due.", longest=100)


@pytest.mark.parametrize(
    "name",
    ["Zoë O'Brien-Núñez", "Иван Петров", "Dr. Ελένη Smith", "\u03b2-Lab", "T-クリニック", "李小龙"],
)
def test_people_have_names_of_all_alphabets(name: str) -> None:
    assert visible_name(name, longest=100) == name
