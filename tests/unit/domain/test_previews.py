"""What an adjustment would do."""

from licensing.domain.previews import Preview
from tests.unit.domain.builders import add, clinic, line, requested


def test_what_changes_now_is_the_sum_of_the_lines() -> None:
    preview = Preview(clinic(), clinic(), requested(add(1)), (line(2), line(1)), 0, 0)

    assert preview.change_now_cents == 1_500
