"""Users by a list: tried first, then done; the same list again changes nothing."""

import base64
from typing import Any

import pytest

from tests.functions.conftest import Answer, World
from tests.functions.mailing import DANA

HEADER = "name,email,license_type,active,permissions"
TWO = (
    "Ana Silva,ana@mainstreetpt.example,therapist,true,",
    "Bo Lind,bo@mainstreetpt.example,billing,false,user_manager",
)


def send(world: World, *rows: str, header: str = HEADER, **query: str) -> Answer:
    """Import rows as Dana."""
    text = "\r\n".join((header, *rows))
    return world.call("import_users", raw_body=text, query=query or None)


def outcomes(answer: Answer) -> list[tuple[int, str, str | None]]:
    """Return each row's number, outcome and code."""
    assert answer.status == 200, answer.text
    return [(row["row"], row["outcome"], row["code"]) for row in answer.body["rows"]]


def users(world: World) -> dict[str, Any]:
    """Return the clinic's users by address."""
    return {user["email"]: user for user in world.listed("list_users")}


def test_a_list_is_tried_then_done_then_changes_nothing(world: World) -> None:
    """Each time every row is told of."""
    before = world.items()
    tried = send(world, *TWO, dry_run="true")
    assert outcomes(tried) == [(2, "added", None), (3, "added", None)]
    assert not tried.body["applied"]
    assert world.items() == before

    done = send(world, *TWO)
    assert done.body["applied"]
    assert [row["actions"] for row in done.body["rows"]] == [
        ["user_added", "user_activated"],
        ["user_added"],
    ]
    assert done.body["licenses"] == tried.body["licenses"] == world.status()["licenses"]
    ana, bo = users(world)["ana@mainstreetpt.example"], users(world)["bo@mainstreetpt.example"]
    assert (ana["active"], bo["active"], bo["permissions"]) == (True, False, ["user_manager"])
    assert world.counts("therapist")[1] == 2

    after = world.items()
    again = send(world, *TWO)
    assert outcomes(again) == [(2, "unchanged", None), (3, "unchanged", None)]
    assert world.items() == after


def test_what_is_exported_can_be_imported(world: World) -> None:
    """And changes nothing, formulas in names included."""
    world.add_user("=Sum", email="sum@mainstreetpt.example")
    exported = world.call("list_users", headers={"Accept": "text/csv"}).text
    again = world.call("import_users", raw_body=exported)
    assert {row["outcome"] for row in again.body["rows"]} == {"unchanged"}


def test_a_row_that_cannot_be_is_left_out_or_stops_all(world: World) -> None:
    rows = [
        *TWO,
        "Cy Marsh,cy@mainstreetpt.example,billing,true,",
        "Di Park,di@mainstreetpt.example,billing,true,",
        "Ed,not an address,therapist,true,",
    ]
    told = [
        (2, "added", None),
        (3, "added", None),
        (4, "added", None),
        (5, "refused", "licenses_unavailable"),
        (6, "refused", "validation_failed"),
    ]
    assert world.counts("billing")[2] == 1
    stopped = send(world, *rows, on_error="stop")
    assert (outcomes(stopped), stopped.body["applied"]) == (told, False)
    assert "ana@mainstreetpt.example" not in users(world)
    skipped = send(world, *rows, on_error="skip")
    assert (outcomes(skipped), skipped.body["applied"]) == (told, True)
    assert "di@mainstreetpt.example" not in users(world)
    (wrong,) = skipped.body["rows"][-1]["errors"]
    assert (wrong["field"], skipped.body["refused"]) == ("email", 2)


def test_a_long_list_takes_several_transactions(world: World) -> None:
    rows = [
        f"User {number},user{number}@mainstreetpt.example,therapist,false," for number in range(120)
    ]
    done = send(world, *rows)
    assert (done.body["added"], len(done.body["rows"])) == (120, 120)
    again = send(world, *rows)
    assert again.body["unchanged"] == 120


def test_nobody_is_added_twice_when_an_import_is_broken_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same list again does the rest."""
    module = world.handler("import_users")
    monkeypatch.setattr(module.use_case, "_MOST_WRITES", 4)
    commits = module.app.store.commit
    broken = iter([False, False, True])

    def commit(changes: Any) -> None:
        if next(broken, False):
            raise RuntimeError("the process is gone")
        commits(changes)

    monkeypatch.setattr(module.app.store, "commit", commit)
    rows = [f"User {n},user{n}@mainstreetpt.example,therapist,false," for n in range(8)]
    assert send(world, *rows).status == 500
    assert sum(name.startswith("user") for name in users(world)) == 4
    rest = send(world, *rows)
    assert (rest.body["added"], rest.body["unchanged"]) == (4, 4)
    assert sum(name.startswith("user") for name in users(world)) == 8


def test_what_the_callers_own_row_makes_possible_is_done_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is inactive then could not go on."""
    monkeypatch.setattr(world.handler("import_users").use_case, "_MOST_WRITES", 5)
    world.add_manager("Eva Holm")
    for number in range(world.counts("therapist")[2]):
        world.add_user(f"User Number{number}", active=True)
    world.add_user("Ana Silva")
    done = send(
        world,
        "Bea Cruz,bea.cruz@mainstreetpt.example,therapist,false,",
        "Ana Silva,ana.silva@mainstreetpt.example,therapist,true,",
        f"Dana Reyes,{DANA},therapist,false,user_manager",
    )
    assert [outcome for _, outcome, _ in outcomes(done)] == ["added", "changed", "changed"]


def test_somebody_of_another_clinic_keeps_their_sign_in(world: World) -> None:
    """And is not spoken for until they act here."""
    send(world, "Pat Cole,pat.cole@lakesiderehab.example,therapist,true,user_manager")
    (item,) = world.items(begins=f"USER#{world.accounts['pat']}")
    assert item["joined"] == {"BOOL": False}


JOSE = "José Núñez,jo@mainstreetpt.example,front_office,TRUE"
FOUR = "name,email,license_type,active"


@pytest.mark.parametrize(
    "encoded",
    [
        f"\ufeff{FOUR}\r\n{JOSE}\r\n".replace(",", ";").encode(),
        f"{FOUR}\r\n{JOSE}".replace(",", ";").encode("cp1252"),
        f"{FOUR}\n{JOSE}\n\n".replace(",", "\t").replace("TRUE", "1").encode(),
        f'{FOUR.title()},,\r\n"José Núñez",{JOSE[11:]},,\r\n,,,,,\r\n'.encode(),
        f"{FOUR}\r\n{JOSE.replace('front_office,TRUE', 'Front office,Yes')}".encode(),
    ],
)
def test_what_spreadsheets_write_is_read(world: World, encoded: bytes) -> None:
    """With a mark or without, with semicolons or tabs, in the letters of Windows."""
    body = base64.b64encode(encoded).decode()
    answer = world.call("import_users", raw_body=body, base64=True)
    assert outcomes(answer) == [(2, "added", None)]
    jose = users(world)["jo@mainstreetpt.example"]
    assert (jose["name"], jose["license_type"], jose["active"]) == (
        "José Núñez",
        "front_office",
        True,
    )


def test_an_exported_row_with_another_address_adds_nobody(world: World) -> None:
    """Who edits an address in the list means the same person."""
    ana = world.add_user("Ana Silva")
    changed = f"Ana Silva,ana.lopez@mainstreetpt.example,therapist,true,,{ana['user_id']}"
    swapped = f"Dana Reyes,dana.reyes@mainstreetpt.example,therapist,true,,{ana['user_id']}"
    answer = send(world, changed, swapped, header=f"{HEADER},user_id")
    assert outcomes(answer) == [
        (2, "refused", "address_changed"),
        (3, "refused", "address_changed"),
    ]
    assert ana["email"] in answer.body["rows"][0]["detail"]
    assert len(users(world)) == 2


@pytest.mark.parametrize("above", ["\r\n\r\n", "\n,,,,\n", ";;;;\r\n ;\r\n"])
def test_rows_have_the_numbers_that_a_spreadsheet_shows(world: World, above: str) -> None:
    """Also where the table does not begin in the first one, or has empty ones amid it."""
    separator = ";" if ";" in above else ","
    text = f"{above}{HEADER}\r\n\r\n{TWO[0]}".replace(",", separator)
    assert outcomes(world.call("import_users", raw_body=text)) == [(5, "added", None)]


def test_letters_of_two_encodings_are_refused_rather_than_guessed(world: World) -> None:
    """Read as Windows writes them, José would become another name."""
    mixed = f"{FOUR}\r\n{JOSE}\r\n".encode() + JOSE.replace("jo@", "jo2@").encode("cp1252")
    body = base64.b64encode(mixed).decode()
    answer = world.call("import_users", raw_body=body, base64=True)
    assert (answer.status, answer.code) == (400, "malformed_request")


def test_an_address_twice_is_refused_the_second_time(world: World) -> None:
    answer = send(world, TWO[0], TWO[0].replace("Silva", "Souza"))
    assert outcomes(answer) == [(2, "added", None), (3, "refused", "validation_failed")]
    assert "Row 2" in answer.body["rows"][1]["detail"]


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "validation_failed"),
        (HEADER, 422, "validation_failed"),
        ("\r\n".join((HEADER, *([TWO[0]] * 501))), 422, "validation_failed"),
        (f"{HEADER}\r\n{TWO[0]}\ufffd", 400, "malformed_request"),
        (f"{HEADER}\r\n{TWO[0]}\0", 400, "malformed_request"),
        (f"{HEADER}\r\n{'x' * 262_144}", 413, "payload_too_large"),
        (f"{HEADER}\r\n{'x' * 140_000}", 400, "malformed_request"),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(
    world: World, text: str, status: int, code: str
) -> None:
    """With a sentence that says what a list looks like."""
    answer = world.call("import_users", raw_body=text)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("name,e-mail,license_type", "email is missing, e-mail isn't known"),
        (f"{HEADER},salary", "salary isn't known"),
        (f"{HEADER},,user_id", "an empty one isn't known"),
        (f"{HEADER},Name", "name is there twice"),
    ],
)
def test_a_header_is_told_what_is_wrong_with_it(world: World, header: str, wrong: str) -> None:
    detail = send(world, TWO[0], header=header).body["detail"]
    assert detail.endswith(f": {wrong}.")


@pytest.mark.parametrize("cells", ['"Ana,ana@clinic.example,billing', '"A"na,a@clinic.example,'])
def test_a_quotation_mark_that_breaks_a_row_is_told_with_the_row(world: World, cells: str) -> None:
    detail = send(world, TWO[0], cells, TWO[1]).body["detail"]
    assert detail.startswith("Row 3 isn't valid CSV. Close each quotation mark around a cell")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("text/csv; charset=UTF-8", 200),
        ('text/csv; charset="windows-1252"', 200),
        ("text/csv; charset=utf-16", 415),
        ("text/csv; charset=iso-8859-2", 415),
        ("application/json", 415),
    ],
)
def test_letters_that_would_be_read_as_others_are_refused(
    world: World, kind: str, status: int
) -> None:
    """As Windows-1252 each letter of another charset would be some letter."""
    sent = f"{HEADER}\r\n{TWO[0]}"
    told = world.call("import_users", raw_body=sent, headers={"Content-Type": kind})
    assert told.status == status


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (",ana@mainstreetpt.example,therapist,true,", "name"),
        ("Ana,ana@,therapist,true,", "email"),
        ("Ana,ana@mainstreetpt.example,surgeon,true,", "license_type"),
        ("Ana,ana@mainstreetpt.example,therapist,maybe,", "active"),
        ("Ana,ana@mainstreetpt.example,therapist,true,admin", "permissions"),
        ("Ana", "email"),
        ("Ana,ana@mainstreetpt.example,therapist,true,,user_manager", "row"),
    ],
)
def test_a_cell_that_is_wrong_is_named(world: World, cells: str, field: str) -> None:
    answer = send(world, cells, TWO[1])
    assert field in [error["field"] for error in answer.body["rows"][0]["errors"]]
    assert answer.body["rows"][1]["outcome"] == "added"
