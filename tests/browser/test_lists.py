"""Users come in by a file that is tried first, and lists go out as files."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from .conftest import Clinic, Open
from .judging import fits

ROWS = """name;email;license_type;active
José Núñez;jose@harbor.example;Billing;TRUE
Ina Berg;ina@harbor.example;billing;FALSE
Max Moor;max;billing;TRUE
"""


def results(dialog: Locator) -> list[str]:
    """Return what the dialog says of each row."""
    rows = dialog.get_by_role("table", name="Rows of the file").get_by_role("row")
    expect(rows).to_have_count(4)
    return [text.replace("\n", " ") for text in rows.all_inner_texts()[1:]]


def test_users_are_imported_from_a_file_after_a_look(
    open_page: Open, clinic: Clinic, tmp_path: Path
) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(ROWS.encode("cp1252"))
    page = open_page(clinic, "users")
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Check file").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a file.")
    dialog.get_by_label("CSV file").set_input_files(file)
    dialog.get_by_role("button", name="Check file").click()
    expect(dialog.get_by_role("status")).to_have_text(
        "2 added, 0 changed, 0 unchanged, 1 with problems."
    )
    added, inactive, refused = results(dialog)
    assert "Added and made active" in added
    assert inactive.endswith("Added")
    assert "plain email address" in refused
    clinic.expect_licenses("billing", 3, 0, 3)
    page.set_viewport_size({"width": 320, "height": 800})
    fits(page, 320, "what an import will do")

    dialog.get_by_role("button", name="Import 2 users").click()
    expect(dialog.get_by_role("heading", name="Users imported")).to_be_focused()
    assert "Added and made active" in results(dialog)[0]
    clinic.expect_licenses("billing", 3, 1, 2)
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("rowheader", name="José Núñez")).to_be_visible()


def test_lists_are_exported_as_files(open_page: Open, clinic: Clinic) -> None:
    clinic.adjust("add", "therapist", 1)
    for view, text in (
        ("users", "Morgan Lee"),
        ("adjustments", "therapist"),
        ("history", "licenses_adjusted"),
    ):
        page = open_page(clinic, view)
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename == f"{clinic.clinic_id}-{view}.csv"
        content = download.value.path().read_text("utf-8")
        assert content.startswith("\ufeff")
        assert text in content
