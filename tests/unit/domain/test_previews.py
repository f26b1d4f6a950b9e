"""What an adjustment would do."""

from licensing.domain.previews import Preview
from tests.unit.domain.builders import END, add, clinic, line, requested


def test_what_changes_now_is_the_sum_of_the_lines() -> None:
    lines = (line(2), line(1))
    preview = Preview(clinic(), clinic(), requested(add(1)), lines, END.date(), 0, 0, 0)

    assert preview.change_now_cents == 1_500
