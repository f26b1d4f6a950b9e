"""The page's modules that only think: words, steps, and how often to ask."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Route

from licensing.domain.periods import a_year_after
from local.place import ROOT
from tests.system.api import eventually

STATIC = ROOT / "page"
LOADING = """
window.load = async (...names) => Object.assign(
  {}, ...(await Promise.all(names.map((name) => import(`/${name}.js`)))));
window.begin = async (...names) => {
  const loaded = await load(...names);
  loaded.state.route = { clinicId: 'clinic' };
  loaded.state.signIn = { session: { subject: 'dana' }, expired: false };
  return loaded;
};
window.shown = async (view) => {
  const main = document.createElement('main');
  (await load('dom')).render(main, [view].flat(Infinity).filter(Boolean));
  return main;
};
window.seen = async (view) => {
  document.querySelectorAll('link, main').forEach((node) => node.remove());
  const [styles, main] = [document.createElement('link'), await shown(view)];
  Object.assign(styles, { rel: 'stylesheet', href: '/app.css' });
  document.body.append(styles, main);
  await new Promise((done) => (styles.onload = done));
  return main;
};
"""
"""What scripts begin with: modules, perhaps for a User Manager at a clinic; a view, or styled."""
Run = Callable[..., Any]

APPLIED = {
    "requested_at": "2026-03-02T15:00:00Z",
    "invoice_update_due_at": "2026-03-03T11:00:00Z",
    "confirmation_due_by": "2026-03-03T15:00:00Z",
    "invoiced_at": None,
    "confirmed_at": None,
    "cancelled_at": None,
    "confirmation": "queued",
}
INVOICED = APPLIED | {"invoiced_at": "2026-03-03T11:00:05Z"}


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """Nothing but the modules, to be imported from the address's root."""
    context = browser.new_context(timezone_id="America/New_York")

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith((".js", ".css")):
            route.fulfill(path=STATIC / name)
        else:
            route.fulfill(body='<!doctype html><p id="status">', content_type="text/html")

    context.route("**/*", serve)
    context.add_init_script(LOADING)
    page = context.new_page()
    page.goto("https://static.example/")
    yield page
    context.close()


@pytest.fixture(scope="module")
def run(modules: Page) -> Run:
    """Call a module's function in the browser: its file, its name, its arguments."""

    def call(module: str, function: str, *arguments: object) -> Any:
        return modules.evaluate(
            "([module, name, values]) =>"
            " import(`/${module}.js`).then((found) => found[name](...values))",
            [module, function, arguments],
        )

    return call


@pytest.mark.parametrize(
    ("invariant", "subject", "remedy"),
    [
        ("mail_address", "ana@x.example", {"unblock": "ana@x.example"}),
        ("I4", "01A", {"request": "01A", "label": "Settle the confirmation"}),
        ("deadline", "01A", {"request": "01A", "label": "Settle the confirmation"}),
        ("deadline", "01B", {"request": "01B", "label": "View the request"}),
        ("cancelled_additions", "2026-11-01", {"history": True}),
        ("I1", "therapist", None),
        ("I4", "open_adjustments", None),
    ],
)
def test_every_finding_has_a_remedy_or_is_said_to_have_none(
    run: Run, invariant: str, subject: str, remedy: dict[str, Any] | None
) -> None:
    found = run("clinic", "remedyOf", {"invariant": invariant, "subject": subject}, ["01A"])
    assert found == remedy if remedy else "Can\N{RIGHT SINGLE QUOTATION MARK}t" in found["says"]


@pytest.mark.parametrize(
    ("said", "cents", "currency", "expected"),
    [
        ("money", 1250, "USD", "$12.50"),
        ("money", -1250, "USD", "\N{MINUS SIGN}$12.50"),
        ("money", 123456789, "EUR", "\N{EURO SIGN}1,234,567.89"),
        ("money", 1250, "AFN", "AFN\N{NO-BREAK SPACE}12.50"),
        ("change", 500, "USD", "+$5.00"),
        ("change", 0, "USD", "$0.00"),
        ("change", -500, "USD", "\N{MINUS SIGN}$5.00"),
    ],
)
def test_money_is_said_with_two_decimals_and_a_change_with_its_sign(
    run: Run, said: str, cents: int, currency: str, expected: str
) -> None:
    assert run("format", said, cents, currency) == expected


@pytest.mark.parametrize(
    ("fraction", "expected"), [("17/31", "17/31"), ("1216543/2592000", "46.93%"), ("1/1", "1/1")]
)
def test_shares_of_days_are_exact_and_of_seconds_in_percent(
    run: Run, fraction: str, expected: str
) -> None:
    assert run("lines", "share", fraction) == expected


def line(action: str, license_type: str, quantity: int) -> dict[str, object]:
    return {"action": action, "license_type": license_type, "quantity": quantity}


def test_a_request_by_mail_may_add_and_release(run: Run) -> None:
    lines = [line("remove", "billing", 1), line("add", "therapist", 1)]
    said = "1 therapist license added and 1 billing license released"
    assert run("requests", "linesInWords", lines) == said
    said = "1 therapist license to be added and 1 billing license to be released"
    assert run("requests", "linesInWords", lines, False) == said


@pytest.mark.parametrize(
    ("status", "applies", "cancelled", "made"),
    [
        ("applied", None, None, True),
        ("cancelled", None, "2026-03-02T15:00:00Z", True),
        ("scheduled", "2026-04-01T04:00:00Z", None, False),
        ("lapsed", "2026-04-01T04:00:00Z", None, False),
        ("confirmed", "2026-04-01T04:00:00Z", None, True),
        ("cancelled", "2026-04-01T04:00:00Z", "2026-03-31T15:00:00.123Z", False),
        ("cancelled", "2026-04-01T04:00:00Z", "2026-04-01T15:00:00Z", True),
    ],
)
def test_what_is_only_scheduled_or_came_to_nothing_was_not_made(
    run: Run, status: str, applies: str | None, cancelled: str | None, *, made: bool
) -> None:
    item = {"status": status, "applies_at": applies, "cancelled_at": cancelled}
    assert run("adjustments", "isMade", item) == made


def test_times_are_the_clinics_and_name_their_zone(run: Run) -> None:
    run("format", "setZone", "Pacific/Kiritimati")
    assert run("format", "when", "2025-01-05T05:30:00Z") == "Jan 5, 2025, 7:30 PM GMT+14"
    december = ("2026-11-30T10:00:00Z", "2026-12-31T10:00:00Z")
    assert run("format", "period", *december) == "Dec 1 \N{EN DASH} 31, 2026"
    run("format", "setZone", "America/New_York")
    assert run("format", "when", "2025-01-05T05:30:00Z") == "Jan 5, 2025, 12:30 AM EST"
    assert run("format", "day", "2025-01-01T02:00:00Z") == "Dec 31, 2024"
    assert run("format", "day", None) == ""


@pytest.mark.parametrize(
    ("item", "now", "expected"),
    [
        (APPLIED, "2026-03-03T10:59:00Z", ["Done", "Next", "Later"]),
        (APPLIED, "2026-03-03T11:01:00Z", ["Done", "Overdue", "Later"]),
        (APPLIED, "2026-03-03T15:01:00Z", ["Done", "Overdue", "Overdue"]),
        (INVOICED, "2026-03-03T11:01:00Z", ["Done", "Done", "Next"]),
        (INVOICED, "2026-03-03T15:01:00Z", ["Done", "Done", "Overdue"]),
        (
            INVOICED | {"confirmation": "unknown"},
            "2026-03-04T00:00:00Z",
            ["Done", "Done", "Unclear"],
        ),
        (
            INVOICED | {"confirmed_at": "2026-03-03T11:01:00Z", "confirmation": "sent"},
            "2026-04-01T00:00:00Z",
            ["Done"] * 3,
        ),
        (APPLIED | {"cancelled_at": "2026-03-02T16:00:00Z"}, "2026-04-01T00:00:00Z", ["Done"] * 2),
    ],
)
def test_the_steps_of_a_request(
    run: Run, item: dict[str, object], now: str, expected: list[str]
) -> None:
    at = datetime.fromisoformat(now).timestamp() * 1000
    assert [step["state"] for step in run("adjustments", "stepsOf", item, at)] == expected


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ({"open": 0, "idle": 0}, 30),
        ({"open": 1, "idle": 119}, 30),
        ({"open": 0, "idle": 120}, 120),
        ({"open": 0, "idle": 600}, 300),
        ({"open": 1, "idle": 600, "demo": True}, 3),
        ({"open": 0, "idle": 0, "demo": True}, 30),
        ({"open": 1, "idle": 0, "failures": 1}, 6),
        ({"open": 1, "idle": 0, "failures": 3}, 24),
        ({"open": 1, "idle": 0, "failures": 9}, 120),
    ],
)
def test_how_often_the_page_asks(run: Run, now: dict[str, object], seconds: int) -> None:
    assert run("live", "secondsToNext", {"failures": 0, "demo": False, **now}) == seconds


def test_an_hour_in_view_costs_a_third_of_asking_every_30_seconds(run: Run) -> None:
    """The figure that docs/deploy.md reckons with: a quarter of the time somebody is there."""
    now, questions = 0, 0
    while now < 3600:
        state = {"open": 0, "idle": max(0, now - 900), "demo": False, "failures": 0}
        now += run("live", "secondsToNext", state)
        questions += 1
    assert questions == 45


def test_history_says_only_what_differs(run: Run) -> None:
    before = {
        "name": "Front_Desk",
        "active": False,
        "permissions": [],
        "licenses": {"front_office": {"in_use": 1}},
        "total_cents": 1250,
        "unit_prices": {"billing": 2000, "therapist": 6500},
    }
    after = before | {
        "active": True,
        "permissions": ["user_manager"],
        "licenses": {"front_office": {"in_use": 2}},
        "total_cents": 0,
        "coming_terms": [
            {"first": "2026-12-01", "unit_prices": {"billing": 2500, "therapist": 6500}}
        ],
    }
    assert run("history", "differences", {"before": before, "after": after}, "USD") == [
        "Inactive → Active",
        "User Manager: No → Yes",
        "Front office licenses in use: 1 → 2",
        "Total: $12.50 → $0.00",
        "Billing price from Dec 1: $20.00 → $25.00",
    ]
    assert run("history", "differences", {"before": after, "after": before}, "USD")[-1] == (
        "Billing price from Dec 1: $20.00 → $25.00 (withdrawn)"
    )
    assert run("history", "differences", {"before": {}, "after": None}, "USD") == []
    names = {"before": {"name": "constructor"}, "after": {"name": "Ana"}}
    assert run("history", "differences", names, "USD") == ["Name: constructor → Ana"]
    # Of a transfer, in the words of other adjustments; as the list of requests calls it.
    moved = {"licenses": {"billing": {"purchased": 2}}, "confirmation": "sending"}
    after = {"licenses": {"billing": {"purchased": 3}}, "confirmation": "unknown"}
    assert run("history", "differences", {"before": moved, "after": after}, "USD") == [
        "Billing total: 2 → 3",
        "Confirmation: sending → unclear",
    ]


def test_counts_move_with_the_checkbox_until_the_clinic_does(run: Run) -> None:
    counts = {"purchased": 3, "in_use": 1, "available": 2}
    data = {"licenses": [{"license_type": "billing", **counts}], "totals": counts}
    rows = {
        "waits": {"type": "billing", "by": 1, "busy": True},
        "on its way": {"type": "billing", "by": 1, "busy": True, "etag": '"7"'},
        "done": {"changed": True},
    }

    def shown(etag: str) -> list[tuple[int, int]]:
        now = run("licenses", "countsNow", {"data": data, "etag": etag}, rows)
        return [(one["in_use"], one["available"]) for one in (now["licenses"][0], now["totals"])]

    assert shown('"7"') == [(3, 0)] * 2
    assert shown('"8"') == [(2, 1)] * 2


DRAFT = """async () => {
  const { state, openDialog, signIn } = await begin('state', 'dialogs', 'auth');
  state.config = { sign_in_url: '', user_pool_client_id: 'page' };
  state.signIn = { session: { subject: 'ana' }, expired: true };
  openDialog('correction', { amount: '5' }, { once: 'key', preview: { priced_at: 'then' } });
  await signIn();
}"""


def test_after_a_new_sign_in_a_request_that_was_sent_is_the_same_one(modules: Page) -> None:
    """Its key and its price go along: what had arrived all the same is not done again."""
    modules.evaluate(DRAFT)
    modules.wait_for_url("**/oauth2/authorize?**")
    more = json.loads(modules.evaluate("sessionStorage.draft"))["more"]
    assert (more["once"], more["preview"]) == ("key", {"priced_at": "then"})


OPEN = """async () => {
  const { state, openDialog, unsent, read } = await begin('state', 'dialogs', 'live');
  const entry = read('/clinics/clinic/licenses');
  openDialog('user', { name: '' });
  state.dialog.busy = true;
  const seen = [{}, undefined].map((data) => {
    entry.data = data;
    return unsent();
  });
  state.dialog = undefined;
  return seen;
}"""


def test_nobody_leaves_what_is_on_its_way_unasked_but_where_it_is_out_of_sight(
    modules: Page,
) -> None:
    """What a request came to would be said nowhere; who may not see its clinic sees no form."""
    assert modules.evaluate(OPEN) == [True, False]


SAVE = """async ([answers]) => {
  const { state, saveCsv } = await begin('state', 'download');
  state.notices = [];
  const revoked = [];
  URL.revokeObjectURL = (address) => revoked.push(address);
  window.fetch = async () => {
    if (!answers) throw new TypeError('no network');
    return new Response(answers);
  };
  await saveCsv('/clinics/clinic/users', 'users');
  return { said: state.notices.map(({ text, tone }) => [text, tone]), revoked };
}"""


def test_a_download_that_fails_is_seen_to_fail_and_one_that_does_not_is_kept(modules: Page) -> None:
    """Not only heard by a screen reader; Safari reads the file later, when it has asked."""
    failed = ["The file couldn\N{RIGHT SINGLE QUOTATION MARK}t be downloaded", "warn"]
    for _ in range(2):
        assert modules.evaluate(SAVE, [None]) == {"said": [failed], "revoked": []}
    assert modules.evaluate(SAVE, ["name\r\nAna\r\n"]) == {"said": [], "revoked": []}


IMPORT = """async ([broken]) => {
  const { kinds } = await load('dialogs', 'imports');
  const sent = [];
  window.fetch = async (_, { body }) => {
    sent.push(await body.text());
    return Response.json({ added: 1, changed: 0, rows: [] });
  };
  const file = new File(['name'], 'users.csv');
  const dialog = { kind: 'import', clinicId: 'clinic', file, fields: { file: 'users.csv' } };
  const gone = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
  if (broken) file.arrayBuffer = gone;
  try {
    await kinds.import.submit(dialog);
    file.arrayBuffer = gone;
    await kinds.import.submit(dialog);
  } catch (problem) {
    return problem.errors;
  }
  return sent;
}"""


def test_what_was_checked_is_imported_though_the_file_was_saved_anew(modules: Page) -> None:
    """One that can't be read is said to be one, where it was chosen."""
    assert modules.evaluate(IMPORT, [False]) == ["name", "name"]
    (error,) = modules.evaluate(IMPORT, [True])
    assert error["field"] == "file"
    assert "Choose it again." in error["message"]


REGISTER = """async ([time_zone]) => {
  const { state, kinds } = await load('state', 'dialogs', 'staff');
  state.config = { license_types: ['therapist'] };
  return kinds.registration.check({ fields: { time_zone } });
}"""


def test_a_clinic_may_be_in_utc_and_has_some_license_type(modules: Page) -> None:
    for zone, wrong in (("UTC", False), ("America/New_York", False), ("Eastern", True)):
        problems = modules.evaluate(REGISTER, [zone])
        assert (problems["time_zone"] is not None) == wrong
        assert "at least one type" in problems["purchased.therapist"]


GLANCE = """async () => {
  const { read, clinicsView } = await begin('state', 'live', 'clinics');
  const clinic = { permissions: [], licenses: [], purchased: 1, in_use: 0, available: 1,
    next_renewal: '2026-12-01', open_adjustments: 0 };
  read('/licenses?limit=100', { list: 'clinics', all: true }).data = {
    clinics: ['USD', 'EUR'].map((currency) => ({ ...clinic, currency, clinic_id: currency,
      name: currency, idle_monthly_cost_cents: 123456, expected_total_cents: 1234567 })),
  };
  const cells = [...(await seen(clinicsView())).querySelectorAll('tfoot td')];
  const wide = cells.filter((cell) => cell.scrollWidth > cell.clientWidth);
  return [cells.length, wide.map((cell) => cell.textContent)];
}"""


def test_sums_in_two_currencies_fit_on_a_phone(modules: Page) -> None:
    modules.set_viewport_size({"width": 390, "height": 844})
    assert modules.evaluate(GLANCE) == [8, []]


def test_history_tells_what_was_set_from_what_was_taken_back(run: Run) -> None:
    few: dict[str, Any] = {"few_left": {"therapist": 0}}
    none: dict[str, Any] = {"few_left": {}}
    day, no_day = {"starts_on": "2026-12-01"}, {"starts_on": None}
    for before, after, said in (
        (few, none, "Few left therapist: 0 → never"),
        (none, few, "Few left therapist: never → 0"),
        (day, no_day, "First day: Dec 1, 2026 → none"),
        (no_day, day, "First day: none → Dec 1, 2026"),
        (
            {"identity_provider": {"external_id": None}},
            {"identity_provider": {"external_id": "a-1"}},
            "Identity provider external id: none → a-1",
        ),
    ):
        change = {"before": before, "after": after}
        assert run("history", "differences", change, "USD") == [said]


TRANSFER = """async ([from]) => {
  const { state, openDialog, kinds, read } = await begin('state', 'dialogs', 'live', 'transfer');
  read('/licenses?limit=100', { list: 'clinics', all: true }).data = {
    clinics: [['a', 3], ['b', 1], ['c', 0]].map(([id, available]) => ({
      clinic_id: id, currency: 'USD', permissions: ['user_manager'],
      licenses: [{ license_type: 'therapist', available }],
    })),
  };
  openDialog('transfer', { from, to: 'c', explanation: 'Moved.', 'type.therapist': '3' });
  const problems = Object.values(kinds.transfer.check(state.dialog)).filter(Boolean);
  state.dialog = undefined;
  return problems;
}"""


def test_what_was_chosen_of_one_clinic_is_not_asked_of_another(modules: Page) -> None:
    """Where it is not among the choices, nothing is seen to be chosen."""
    assert modules.evaluate(TRANSFER, ["a"]) == []
    assert modules.evaluate(TRANSFER, ["b"]) == ["Choose at least one license or user."]


OVER = """async ([days]) => {
  const { isOver } = await import('/licenses.js');
  const { DateTimeFormat } = Intl;
  // As browsers with the locale data of 2022 have it.
  Intl.DateTimeFormat = class extends DateTimeFormat {
    constructor(locale, options) {
      super(locale === 'en-CA' ? 'en-US' : locale, options);
    }
  };
  const over = days.map((day) => isOver({
    closure: { closes_on: day, closed: false },
    time_zone: 'America/New_York',
  }));
  Intl.DateTimeFormat = DateTimeFormat;
  return over;
}"""


def test_a_clinic_is_over_from_its_last_day_on_in_every_browser(modules: Page) -> None:
    """The server refuses it from that midnight on, though the night closes the clinic later."""
    today = datetime.now(ZoneInfo("America/New_York")).date()
    days = [str(today + timedelta(days=days)) for days in (-1, 0, 2)]
    assert modules.evaluate(OVER, [days]) == [True, True, False]


AGAIN = """async ([kind, fields]) => {
  const { state, openDialog, kinds, read } =
    await begin('state', 'dialogs', 'live', 'adjust', 'transfer');
  const licenses = [{ license_type: 'therapist', available: 3, purchased: 5, in_use: 2 }];
  state.config = {};
  read('/clinics/clinic/licenses').data = { licenses, open_adjustments: {} };
  read('/licenses?limit=100', { list: 'clinics', all: true }).data = {
    clinics: ['a', 'b'].map((id) => ({
      clinic_id: id, currency: 'USD', permissions: ['user_manager'], licenses })),
  };
  const sent = [];
  let previews = 0;
  window.fetch = async (path, { method, headers, body }) => {
    if (method === 'GET') return Response.json({ licenses, open_adjustments: {} });
    if (path.endsWith('/preview')) return Response.json({ priced_at: `${(previews += 1)}` });
    sent.push([headers['Idempotency-Key'], body]);
    throw new TypeError('The answer was lost.');
  };
  openDialog(kind, fields, { purpose: {} });
  const { dialog } = state;
  const submit = () => kinds[kind].submit(dialog).catch(() => undefined);
  for (let time = 0; time < 2; time += 1) {
    await submit();
    await submit();
    kinds[kind].back(dialog)();
  }
  dialog.fields['add.therapist'] = dialog.fields['type.therapist'] = '1';
  await submit();
  await submit();
  state.dialog = undefined;
  return sent;
}"""


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (
            "adjustment",
            {"mode": "add", "when": "now", "date": "", "explanation": "", "add.therapist": "2"},
        ),
        ("transfer", {"from": "a", "to": "b", "explanation": "Moved.", "type.therapist": "2"}),
    ],
)
def test_what_was_sent_without_an_answer_is_not_done_twice(
    modules: Page, kind: str, fields: dict[str, str]
) -> None:
    """Back and through the review again it is the same request; another one is another."""
    first, again, other = modules.evaluate(AGAIN, [kind, fields])
    assert first == again
    assert first[0] != other[0]


USERS = """async ({ can, names, selected = [], search = '' }) => {
  const { state, read, usersPath, usersView, module, offer, h } =
    await begin('state', 'live', 'users', 'later', 'user', 'dom');
  offer({ bars: () => import('/bars.js') });
  await module('bars');
  Object.assign(state, { selected: new Set(selected), filter: { ...state.filter, search } });
  read('/clinics/clinic/licenses').data = { licenses: [], scheduled_adjustments: [] };
  read(usersPath('clinic'), { list: 'users', all: true }).data = {
    users: names.map((name) => ({ user_id: name.toLowerCase(), name, email: `${name}@x.example`,
      license_type: 'therapist', active: false, permissions: [], inactive_since: null })),
  };
  const main = await seen(h('div.view', usersView('clinic', can)));
  state.selected.clear();
  state.filter.search = '';
  return [...main.querySelectorAll('button:not(.sort), .bulk > p, .empty p')].map(
    (node) => node.getAttribute('aria-label') ?? node.textContent);
}"""
"""Shows a clinic's users, and says what can be done with them."""
MANY = {"can": {"manage": True}, "names": [f"U{n}" for n in range(50)], "selected": ["u1"]}


def test_staff_delete_users_of_a_closed_clinic_until_none_is_left(modules: Page) -> None:
    """Its former User Managers look, and have left already."""
    staff = {"can": {"staff": True, "remove": True}, "names": ["Ana"]}
    assert modules.evaluate(USERS, staff) == ["Export", "Delete Ana"]
    assert modules.evaluate(USERS, {"can": {}, "names": ["Dana"]}) == ["Export"]
    none_left = ["Export", "All users have been deleted."]
    assert modules.evaluate(USERS, {"can": {}, "names": []}) == none_left


SIGNED_IN = """async () => {
  const { state } = await begin('state', 'auth');
  state.config = { sign_in_url: '', user_pool_client_id: 'page' };
  state.dialog = { fields: { name: 'Private Person' } };
}"""
SIGN_OUT = """async () => {
  (await import('/auth.js')).signOut();
  return (await import('/state.js')).state.signIn.session ?? null;
}"""
SIGNED_OUT = """async () => {
  const { state } = await import('/state.js');
  return [state.signIn.session, state.dialog].every((one) => one === undefined);
}"""


def test_who_signs_out_has_signed_out_of_every_window(modules: Page) -> None:
    """And of the page that Back may bring as it was left."""
    other = modules.context.new_page()
    other.goto(modules.url)
    for page in (modules, other):
        page.evaluate(SIGNED_IN)
    assert modules.evaluate(SIGN_OUT) is None
    modules.wait_for_url("**/logout?**")
    eventually(lambda: other.evaluate(SIGNED_OUT) or None)
    other.close()


MOVED = """async () => {
  const { draw, onDraw, h, render } = await load('state', 'dom');
  const list = document.createElement('p');
  document.body.append(list);
  let names = ['Ana', 'Leo', 'Wei'];
  onDraw(() => render(list, names.map((name) => h('button', { key: name }, name))));
  const drawn = () => new Promise((done) => { draw(); setTimeout(done); });
  await drawn();
  list.lastChild.focus();
  names = ['Wei', 'Ana', 'Leo'];
  await drawn();
  const focused = document.activeElement.textContent;
  onDraw(() => {});
  list.remove();
  return focused;
}"""


def test_the_focus_goes_along_with_a_row_that_moves(modules: Page) -> None:
    """Sorted by what a switch changes, its row goes elsewhere."""
    assert modules.evaluate(MOVED) == "Wei"


SHOWN = """(text) => import('/dom.js').then(({ h, render }) => {
  const place = document.createElement('p');
  render(place, [h('b', text)]);
  return place.textContent;
})"""


def test_the_servers_apostrophes_look_like_the_pages_own(modules: Page) -> None:
    """But what is nobody's word, such as an address, is shown as it is."""
    shown = modules.evaluate(SHOWN, "It isn't Ana's: o'neil@x.example of 'X'")
    assert shown.replace("\N{RIGHT SINGLE QUOTATION MARK}", "*") == (
        "It isn*t Ana*s: o'neil@x.example of 'X'"
    )


LEAVE = """async () => {
  const { state, kinds, openLeaving } = await begin('state', 'dialogs', 'user');
  const keys = [];
  window.fetch = async (_, { headers }) => {
    keys.push(headers['Idempotency-Key']);
    throw new TypeError('The answer was lost.');
  };
  openLeaving({ user_id: 'dana', name: 'Dana' });
  for (let time = 0; time < 2; time += 1) {
    await kinds.leaving.submit(state.dialog).catch(() => undefined);
  }
  state.dialog = undefined;
  return keys;
}"""


def test_whoever_left_without_an_answer_is_told_so_when_they_try_again(modules: Page) -> None:
    """By the key of the first time; without it the clinic is none that they may know of."""
    first, again = modules.evaluate(LEAVE)
    assert first == again


BILLED = """async () => {
  const { kinds } = await begin('state', 'dialogs', 'user', 'imports');
  const text = (node) => node?.children ? node.children.map(text).join(' ') : `${node ?? ''}`;
  const said = (kind, dialog) => [kinds[kind].body(dialog)].flat(Infinity).map(text).join(' ');
  const row = (action) => ({ row: 2, email: 'ana@x.example', outcome: 'x', actions: [action] });
  const done = (action) => ({ added: 0, changed: 1, rows: [row(action)] });
  return [said('leaving'), said('import', { done: done('user_deactivated') }),
    said('import', { done: done('user_added') })];
}"""


def test_whoever_makes_users_inactive_is_told_that_licenses_stay_billed(modules: Page) -> None:
    """Also where it is done by leaving, or by a file."""
    leaving, inactive, added = modules.evaluate(BILLED)
    assert ["stays billed" in said for said in (leaving, inactive, added)] == [True, True, False]


def test_more_than_five_people_are_a_number(run: Run) -> None:
    some = [{"name": name} for name in "ABCDEF"]
    assert [run("requests", "people", some[:two]) for two in (1, 2, 6)] == [
        "A",
        "A and B",
        "6 users",
    ]


A_YEAR = """async ([today]) => {
  const { setZone, dateField } = await load('format', 'forms', 'care');
  setZone('UTC');
  const { now } = Date;
  Date.now = () => Date.parse(`${today}T12:00Z`);
  const field = dateField({ kind: 'closing', fields: {}, touched: {} }, 'date', 'Date', 1);
  const input = (await shown(field)).querySelector('input');
  Date.now = now;
  return [input.min, input.max];
}"""


@pytest.mark.parametrize("today", ["2027-03-02", "2028-02-28", "2028-02-29", "2026-12-31"])
def test_a_day_can_be_chosen_up_to_the_last_one_that_the_server_takes(
    modules: Page, today: str
) -> None:
    """Twelve months may have 366 days, and the 29th of February may be missing."""
    day = date.fromisoformat(today)
    chosen = [str(day + timedelta(days=1)), str(a_year_after(day))]
    assert modules.evaluate(A_YEAR, [today]) == chosen


FINDINGS = """async () => {
  const { read, readMore, refresh } = await load('live');
  const finding = (subject) => ({ clinic_id: 'clinic', invariant: 'I1', subject });
  const page = (subjects, next_cursor) => ({ findings: subjects.map(finding), next_cursor });
  window.fetch = async (path) => Response.json(
    path.includes('cursor') ? page(['billing'], null) : page(['therapist', 'assistant'], 'more'));
  const entry = read('/reconciliations/2026-11-25', { list: 'findings' });
  await refresh(entry);
  await readMore(entry);
  await refresh(entry);
  return entry.data.findings.map(({ subject }) => subject);
}"""


def test_findings_that_were_asked_for_stay_when_the_first_ones_are_read_again(
    modules: Page,
) -> None:
    """Half a minute later; several are of one clinic."""
    assert modules.evaluate(FINDINGS) == ["therapist", "assistant", "billing"]


def test_who_is_selected_and_filtered_away_is_counted_apart(modules: Page) -> None:
    """What is done with those who are selected is done with these, too."""
    both = {"can": {"manage": True}, "names": ["Ana", "Leo"], "selected": ["ana", "leo"]}
    assert "2 selected, 1 not shown" in modules.evaluate(USERS, both | {"search": "leo"})
    assert "2 selected" in modules.evaluate(USERS, both)


REACHED = """(found) => found.filter((node) => {
  const { left, top, width, height } = node.getBoundingClientRect();
  return node.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}).length"""


def test_users_are_sorted_and_selected_in_narrow_windows_too(modules: Page) -> None:
    """At 400 percent as well: what takes the focus is seen to have it."""
    modules.set_viewport_size({"width": 320, "height": 640})
    modules.evaluate(USERS, MANY)
    assert modules.locator("thead :is(button, input)").evaluate_all(REACHED) == 5


HIDDEN = """() => {
  const { left, top, width, height } = document.activeElement.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  return over?.closest('thead, .bulk') && document.activeElement.closest('td')
    ? document.activeElement.ariaLabel ?? document.activeElement.id : null;
}"""


def test_no_bar_hides_what_has_the_focus(modules: Page) -> None:
    """Heads and bars stay in sight over the rows that a keyboard goes through."""
    modules.set_viewport_size({"width": 1280, "height": 600})
    modules.evaluate(USERS, MANY)
    hidden = []
    for key in ["Tab"] * 70 + ["Shift+Tab"] * 60:
        modules.keyboard.press(key)
        hidden.append(modules.evaluate(HIDDEN))
    assert set(hidden) == {None}


COMING = """async (closure) => {
  const { read, licenseStrip } = await begin('state', 'live', 'licenses');
  const change = (id) => ({ adjustment_id: id, applies_at: '2026-12-05T05:00:00Z',
    changes: [{ license_type: 'therapist', change: 2 }] });
  const data = { clinic_id: 'clinic', currency: 'USD', next_renewal: '2026-12-01', licenses: [],
    totals: { purchased: 1, in_use: 1, available: 0 }, open_adjustments: { count: 1 },
    scheduled_adjustments: ['a', 'b'].map(change), closure, time_zone: 'America/New_York' };
  read('/clinics/clinic/invoices/upcoming').data = { expected_total_cents: 100 };
  const main = await seen(licenseStrip({ data }, { manage: true }));
  return [...main.querySelectorAll('.coming a')].map((a) => a.getBoundingClientRect().height);
}"""


def test_links_below_each_other_are_24_pixels_high(modules: Page) -> None:
    heights = modules.evaluate(COMING)
    assert len(heights) == 4
    assert min(heights) >= 24


def test_no_invoice_of_a_closed_clinic_is_announced(modules: Page) -> None:
    closed = {"closed": True, "closes_on": "2026-11-01"}
    assert modules.evaluate(COMING, closed) == []


NO_CLINICS = """async (licenses) => {
  const { state, read, kinds, openTransfer } = await begin('state', 'live', 'dialogs', 'transfer');
  read('/licenses?limit=100').data = licenses;
  openTransfer('clinic');
  return (await shown(kinds.transfer.body(state.dialog))).querySelectorAll('select').length;
}"""


def test_a_transfer_asks_for_nothing_before_the_clinics_are_there(modules: Page) -> None:
    assert modules.evaluate(NO_CLINICS, None) == 0
    assert modules.evaluate(NO_CLINICS, {"clinics": []}) == 2


NIGHT = """async ([date, one]) => {
  const { read, reconciliationsView } = await begin('state', 'live', 'staff');
  read('/reconciliations').data = { reconciliations: [{ date: '2026-11-01', findings: 1 }] };
  read('/reconciliations/2026-11-01').data =
    { status: 'complete', findings: [{ subject: 'MAIL', ...one }], repairs: 0 };
  read('/reconciliations/2020-01-01').error = { status: 404, message: 'Not on this date.' };
  const main = await shown(reconciliationsView(date ?? undefined));
  const said = main.querySelector('[role=alert], tbody th');
  return [said.firstChild.textContent, said.querySelector('a')?.getAttribute('href')];
}"""


def test_a_night_that_was_not_leads_to_the_latest(modules: Page) -> None:
    assert modules.evaluate(NIGHT, ["2020-01-01", {}]) == ["Not on this date.", "#/staff"]


@pytest.mark.parametrize(
    ("clinic_id", "name", "shown"),
    [
        ("elm", "Elm Clinic", ["Elm Clinic", "#/clinics/elm/state"]),
        ("elm", None, ["elm", None]),
        ("-", None, ["No clinic", None]),
    ],
)
def test_a_finding_leads_to_its_clinic_where_there_is_one(
    modules: Page, clinic_id: str, name: str | None, shown: list[str | None]
) -> None:
    found = {"clinic_id": clinic_id, "clinic_name": name, "invariant": "records"}
    assert modules.evaluate(NIGHT, [None, found]) == shown


BY_MAIL = """async ([address, accepted, manage]) => {
  const { state, read, adjustmentsView } = await begin('state', 'live', 'adjustments');
  state.config = { request_address: address };
  read('/clinics/clinic/licenses').data =
    { name: 'Elm Clinic', email_requests: accepted, licenses: [{ license_type: 'front_office' }] };
  const main = await shown(adjustmentsView('clinic', { manage }));
  const link = main.querySelector('[href^=mailto]');
  return link && [link.href, link.parentNode.textContent];
}"""


@pytest.mark.parametrize(
    ("address", "accepted", "manages"),
    [("", True, True), ("ask@vendor.example", False, True), ("ask@vendor.example", True, False)],
)
def test_no_address_for_requests_is_shown_where_none_would_be_heard(
    modules: Page, address: str, accepted: bool, manages: bool
) -> None:
    assert modules.evaluate(BY_MAIL, [address, accepted, manages]) is None


def test_a_manager_sees_where_to_mail_requests_and_what_to_write(modules: Page) -> None:
    link, text = modules.evaluate(BY_MAIL, ["ask@vendor.example", True, True])
    assert link == "mailto:ask@vendor.example"
    assert "email requests to ask@vendor.example" in text
    assert "add 1 front office license for Elm Clinic" in text


FASTER = """async () => {
  const { beginDrawing, read, state, openDialog, kinds } =
    await begin('live', 'state', 'dialogs', 'user');
  const clinic = (available) => ({
    currency: 'USD', open_adjustments: {}, scheduled_adjustments: [], totals: {},
    licenses: [{ license_type: 'therapist', available, in_use: 1, unit_price_cents: 1 }] });
  beginDrawing();
  read('/clinics/clinic/licenses').data = clinic(1);
  let left = 1;
  window.fetch = async (_, { method }) => {
    if (method === 'PUT') left = 0;
    if (method === 'PUT') return Response.json({ code: 'licenses_unavailable' }, { status: 409 });
    return Response.json(method === 'POST' ? { user_id: 'noor' } : clinic(left));
  };
  openDialog('user',
    { name: 'Noor', email: 'noor@x.example', license_type: 'therapist', active_now: true });
  const { dialog } = state;
  const before = kinds.user.submitLabel(dialog);
  const code = await kinds.user.submit(dialog).catch((problem) => problem.code);
  state.dialog = undefined;
  return [before, code, kinds.user.submitLabel(dialog)];
}"""


def test_who_loses_the_last_license_to_somebody_faster_is_offered_another(modules: Page) -> None:
    """The user is there already, and inactive."""
    before, code, after = modules.evaluate(FASTER)
    assert (before, code, after) == ("Add user", "licenses_unavailable", "Review user and license")
