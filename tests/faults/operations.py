"""Every operation of the product, with those who may come between.

To add one: write how the world is before it (``prepare``), how it is done (``act``), and who
may come between (``rivals``), and list it in ``OPERATIONS``. Its AWS calls are found by running
it; nothing else has to be said about them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from docs.routes import ROUTES
from licensing.domain.clinics import NEWEST_OPEN
from tests.faults.acts import (
    ADD,
    RELEASE,
    Act,
    Task,
    adding,
    after,
    applying,
    asking,
    asking_there,
    beginning,
    bringing,
    came_back,
    cancelling,
    changing,
    choosing,
    clearing,
    closing,
    correcting,
    creating,
    deleting,
    demoting_there,
    few_left,
    hired,
    importing,
    inviting,
    keeping_open,
    later,
    looking,
    mailing,
    naming,
    noticing,
    parked,
    parked_though_sent,
    previewing,
    previewing_transfer,
    priced,
    pricing,
    provided_active,
    provided_named,
    providing,
    publishing,
    reading,
    reconciling,
    registering,
    releasing,
    removing,
    renewed_since_years,
    renewing,
    replying,
    revoking,
    scheduling,
    sending,
    settling,
    signing_in,
    starting,
    stopped_halfway,
    switching,
    telling,
    telling_few_left,
    tokening,
    told_bounced,
    told_complained,
    told_sent,
    transferring,
    updating,
    versioned,
)
from tests.functions.conftest import Answer
from tests.product import START, Product


def whole(answer: Any) -> Any:
    """Return all of an answer."""
    return (answer.status, answer.body) if isinstance(answer, Answer) else answer


def body_of(answer: Answer) -> Any:
    """Return what an answer says; its status may tell the first from a repeated one."""
    return answer.body


def nothing(_: Any) -> None:
    """Return nothing: answers may differ."""


@dataclass(frozen=True)
class Step:
    """One call of one function, repeated by its caller until it comes through."""

    act: Act
    rivals: Mapping[str, Act] = field(default_factory=dict)
    within: tuple[int, int] = (1, 1)
    """How many changes of clinics it makes, at least and at most, whatever goes wrong."""
    answers: Callable[[Any], Any] = whole
    """What of the answer must be the same whenever the same is asked."""
    remembered: bool = True
    """Whether the same request is known again also after others have undone it."""


PREPARED = after()
"""A world in which people are there, and nothing has happened yet."""


@dataclass(frozen=True)
class Operation:
    """Steps in a prepared world."""

    name: str
    steps: tuple[Step, ...]
    prepare: Callable[[Product], Task] = PREPARED
    may_park: bool = False
    """Whether faults here can leave nobody knowing whether a confirmation went out."""


def doing(
    name: str,
    *step: Any,
    prepare: Callable[[Product], Task] = PREPARED,
    may_park: bool = False,
    **more: Any,
) -> Operation:
    """Return an operation of one step, told as ``Step`` is."""
    return Operation(name, (Step(*step, **more),), prepare, may_park)


STRANGERS: Mapping[str, Act] = {
    "another_request": asking(("add", "therapist", 1), key="k2", who="eva"),
    "manager_demoted": changing("dana", who="eva", permissions=[]),
    "manager_inactive": switching("dana", active=False, who="eva"),
    "prices_changed": pricing(prices=[{"license_type": "therapist", "unit_price_cents": 10900}]),
}


def among(*strangers: str, **rivals: Act) -> Mapping[str, Act]:
    """Return some of the strangers, and others who may come between."""
    return {name: STRANGERS[name] for name in strangers} | rivals


BILLING = "Please add 2 billing licenses at Main Street."
BOTH_CLINICS = "At Main Street please add 2 PT licenses. At Lakeside please add 1 PTA license."
_NO_CHANGE = (0, 0)
PAT = {"name": "Pat Cole", "email": "pat.cole@lakesiderehab.example", "license_type": "therapist"}
MORE_OPEN_THAN_NAMED = after(
    *(asking(("add", "assistant", 1), key=f"k{number}") for number in range(NEWEST_OPEN + 1))
)
"""The clinic's own record does not tell all that waits, so that it is looked for."""

_WRITES = (
    doing("request_add", asking(*ADD), STRANGERS),
    doing(
        "request_release",
        asking(*RELEASE),
        {
            "last_license_taken": switching("bo", active=True, who="eva"),
            "last_license_released": asking(*RELEASE, key="k2", who="eva"),
        },
    ),
    doing("request_priced", asking(*ADD), STRANGERS, prepare=priced),
    doing("request_if_match", asking(*ADD), STRANGERS, prepare=versioned),
    doing(
        "cancel_license_adjustment",
        cancelling(),
        among(
            "manager_demoted",
            invoiced=updating(),
            in_use=lambda product, task: [
                switching(name, active=True, who="eva")(product, task) for name in ("bo", "cy")
            ],
            later_request=asking(("add", "billing", 1), key="k2", who="eva"),
            cancelled_by_another=cancelling(who="eva"),
        ),
        prepare=after(asking(*ADD)),
    ),
    doing(
        "transfer_licenses",
        transferring(),
        among(
            "another_request",
            "manager_demoted",
            made_inactive_by_another=switching("ann", active=False, who="eva"),
            released_by_another=releasing("ann", who="eva"),
            manager_demoted_there=demoting_there,
            another_request_there=asking_there,
        ),
        (2, 2),
    ),
    doing(
        "cancel_transfer",
        cancelling(),
        {
            "invoiced": updating(),
            "cancelled_by_another": cancelling(),
            "manager_demoted_there": demoting_there,
            "another_request_there": asking_there,
        },
        (2, 2),
        prepare=after(transferring(None)),
    ),
    doing(
        "activate",
        switching("bo", active=True),
        among(
            "manager_demoted",
            last_license_taken=switching("cy", active=True, who="eva"),
            last_license_released=asking(*RELEASE, key="k2", who="eva"),
        ),
        remembered=False,
    ),
    doing("activate_with_key", switching("bo", active=True, key="k1")),
    doing(
        "deactivate_and_release",
        releasing("ann"),
        among(
            "manager_demoted",
            made_inactive_by_another=switching("ann", active=False, who="eva"),
            released_by_another=releasing("ann", who="eva"),
        ),
    ),
    doing(
        "deactivate_manager",
        switching("eva", active=False),
        {
            "the_other_way": switching("dana", active=False, who="eva"),
            "demoted": changing("dana", who="eva", permissions=[]),
        },
        remembered=False,
    ),
    doing(
        "demote_manager",
        changing("eva", permissions=[]),
        {
            "the_other_way": changing("dana", who="eva", permissions=[]),
            "made_inactive": switching("dana", active=False, who="eva"),
        },
        remembered=False,
    ),
    doing(
        "change_user",
        changing("bo", name="Bo Lindqvist"),
        {
            "changed_by_another": changing("bo", who="eva", license_type="front_office"),
            "activated": switching("bo", active=True, who="eva"),
        },
        remembered=False,
    ),
    doing(
        "add_user",
        adding(),
        {"added_otherwise": adding(who="eva", name="Flora Hart")},
        (1, 1),
        body_of,
    ),
    doing(
        "import_users",
        importing(),
        {
            "added_by_another": adding(who="eva"),
            "made_inactive_by_another": switching("ann", active=False, who="eva"),
        },
        (1, 2),
        nothing,
        remembered=False,
    ),
    doing("try_an_import", importing(dry_run="true"), within=(0, 0)),
    doing(
        "correct_invoice",
        correcting(),
        {
            "corrected_otherwise": correcting(700, "c2"),
            "invoiced": updating(),
            "renewed": lambda product, task: (later(40)(product, task), renewing(product, task)),
        },
        prepare=after(asking(*ADD)),
    ),
    doing(
        "plan_closing",
        closing(30),
        among("another_request", planned_otherwise=closing(20)),
        remembered=False,
    ),
    doing(
        "keep_open",
        keeping_open,
        {"planned_otherwise": closing(20)},
        remembered=False,
        prepare=after(closing(30)),
    ),
    doing(
        "close_today",
        closing(),
        among(
            "another_request",
            invoiced=updating(),
            cancelled=cancelling(),
            closed_by_night=lambda product, task: (
                closing()(product, task),
                reconciling(product, task),
            ),
        ),
        (4, 7),
        nothing,
        prepare=after(asking(*ADD)),
    ),
    doing(
        "name_user_manager",
        naming(),
        among(
            "another_request",
            made_inactive_by_another=switching("dana", active=False, who="eva"),
            added_by_another=adding(who="eva"),
            named_otherwise=naming(None),
        ),
        (1, 1),
        body_of,
        remembered=False,
    ),
    doing(
        "create_provisioning_token",
        tokening(),
        among("manager_demoted", named_so_by_another=tokening(who="eva")),
        answers=nothing,
        remembered=False,
    ),
    doing(
        "scim_create_user",
        creating(),
        among("another_request", added_by_a_manager=adding(who="eva"), revoked=revoking(who="eva")),
        answers=body_of,
        remembered=False,
        prepare=providing(),
    ),
    doing(
        "scim_activate",
        provided_active("bo", active=True),
        {
            "last_license_taken": switching("cy", active=True, who="eva"),
            "revoked": revoking(who="eva"),
        },
        remembered=False,
        # The first use of the token, which is noted.
        prepare=providing(used=False),
    ),
    doing(
        "scim_change_address",
        provided_named("bo", "bo.lindqvist@mainstreetpt.example"),
        {"changed_by_another": changing("bo", who="eva", name="Bo Lindqvist")},
        remembered=False,
        prepare=providing(),
    ),
    doing(
        "scim_create_who_can_sign_in",
        creating("pat.cole@lakesiderehab.example"),
        {"added_by_a_manager": adding(who="eva", email="pat.cole@lakesiderehab.example")},
        answers=body_of,
        remembered=False,
        prepare=providing(),
    ),
    doing(
        "scim_delete_user",
        deleting("ann"),
        {"made_inactive": switching("ann", active=False, who="eva")},
        within=(1, 2),
        answers=nothing,
        remembered=False,
        prepare=providing(),
    ),
    doing(
        "scim_deactivate",
        provided_active("eva", active=False),
        {"the_other_way": switching("dana", active=False, who="eva")},
        remembered=False,
        prepare=providing(),
    ),
    doing(
        "revoke_provisioning_token",
        revoking(),
        {"revoked_by_another": revoking(who="eva")},
        prepare=after(tokening()),
    ),
    # Who can sign in already is told by a mail of ours.
    doing(
        "add_known_user",
        adding(name="Pat Cole", email="pat.cole@lakesiderehab.example"),
        within=(1, 1),
        answers=body_of,
        prepare=after(signing_in),
    ),
    doing(
        "register_with_known_manager",
        registering(user_managers=[PAT]),
        within=(1, 1),
        answers=body_of,
        prepare=after(signing_in),
    ),
    doing(
        "name_known_manager",
        naming(name="Pat Cole", email="pat.cole@lakesiderehab.example"),
        within=(1, 1),
        answers=body_of,
        remembered=False,
        prepare=after(signing_in),
    ),
    doing(
        "change_address",
        changing("bo", email="bo@mainstreetpt.example"),
        {
            "changed_by_another": changing("bo", who="eva", name="Bo Lindqvist"),
            "removed_by_another": removing("bo", who="eva"),
        },
        remembered=False,
    ),
    doing(
        "remove_user",
        removing("bo"),
        among(
            "manager_demoted",
            activated=switching("bo", active=True, who="eva"),
            removed_by_another=removing("bo", who="eva"),
            another_removed=removing("cy", who="eva"),
            invoiced=updating(),
        ),
        remembered=False,
        prepare=after(
            asking(*ADD),
            switching("bo", active=True, key="k1"),
            changing("bo", name="Bo Lindqvist"),
            switching("bo", active=False, key="k2"),
        ),
    ),
    doing(
        "leave",
        switching("ann", active=False, who="ann", key="k1"),
        {"made_inactive_by_another": switching("ann", active=False, who="eva")},
    ),
    doing(
        "send_invitation",
        inviting("bo"),
        among("manager_demoted", invited_by_another=inviting("bo", who="eva")),
        # Two at the same moment are two invitations.
        (1, 2),
        remembered=False,
    ),
    doing(
        "register_clinic",
        registering(),
        {"registered_otherwise": registering(name="Riverside Rehab")},
        (1, 1),
        body_of,
    ),
    doing(
        "change_clinic",
        pricing(
            release_credit="none", prices=[{"license_type": "therapist", "unit_price_cents": 9500}]
        ),
        among("prices_changed"),
        remembered=False,
        prepare=after(asking(*ADD)),
    ),
    doing(
        "rename_clinic",
        pricing(name="Main Harbor Therapy"),
        {"renamed_by_another": pricing(name="Harbor")},
        remembered=False,
    ),
    doing(
        "add_license_type",
        bringing(3900),
        {"priced_by_another": bringing(4900)},
        remembered=False,
        # The period that runs is told of by an invoice that is finalized.
        prepare=after(registering(), later(40), reconciling),
    ),
    doing(
        "settle_as_sent",
        settling("sent"),
        {"resent_by_another": settling("resend")},
        prepare=parked,
        may_park=True,
    ),
    doing(
        "settle_by_resending",
        settling("resend"),
        {"sent_by_another": settling("sent")},
        prepare=parked,
        may_park=True,
    ),
)

TOMORROW, NEXT_WEEK = ((START + timedelta(days=of)).date().isoformat() for of in (1, 7))
_SCHEDULED = (
    doing(
        "schedule",
        scheduling(*RELEASE),
        {**STRANGERS, "another_scheduled": scheduling(*RELEASE, key="k2", who="eva")},
    ),
    doing(
        "cancel_scheduled",
        cancelling(),
        among("manager_demoted", applied=applying(), cancelled_by_another=cancelling(who="eva")),
        prepare=after(scheduling(*ADD, on=TOMORROW)),
    ),
    doing("start_scheduled", starting(), within=(0, 0), prepare=after(scheduling(*ADD))),
    doing(
        "apply_scheduled_adjustment",
        applying(),
        {
            "cancelled": cancelling(),
            "last_license_taken": switching("bo", active=True, who="eva"),
            "another_request": asking(*RELEASE, key="k2", who="eva"),
            "renewed": renewing,
        },
        (1, 2),
        prepare=after(scheduling(*RELEASE, on=TOMORROW), later(1)),
    ),
    doing(
        "apply_late_at_a_renewal",
        applying(1),
        among("prices_changed", "another_request", renewed=renewing, invoiced=updating()),
        (1, 5),
        prepare=after(
            asking(("add", "therapist", 1)),
            scheduling(("remove", "therapist", 2)),
            scheduling(("add", "billing", 1), on=TOMORROW, key="k3"),
            later(70),
        ),
    ),
    doing(
        "request_after_a_day",
        asking(*RELEASE, key="k2"),
        {"applied": applying(), "taken": switching("bo", active=True, who="eva")},
        (1, 2),
        prepare=after(scheduling(("add", "billing", 1), on=TOMORROW), later(2)),
    ),
    doing(
        "night_after_a_day",
        reconciling,
        {"applied": applying(), "cancelled": cancelling()},
        (0, 6),
        nothing,
        prepare=after(scheduling(*RELEASE), scheduling(*ADD, on=TOMORROW, key="k2"), later(40)),
    ),
    doing(
        "add_user_who_starts",
        adding(starts_on=TOMORROW, license_type="billing"),
        {"another_request": asking(*RELEASE, key="k2", who="eva")},
        (1, 1),
        body_of,
        # No billing license will be left.
        prepare=after(switching("bo", active=True)),
    ),
    doing(
        "start_user",
        beginning,
        {
            "license_taken": switching("bo", active=True, who="eva"),
            "license_released": asking(*RELEASE, key="k2", who="eva"),
        },
        (1, 3),
        nothing,
        prepare=hired,
    ),
    doing(
        "take_a_first_day_back",
        changing("bo", starts_on=None),
        among(
            "manager_demoted",
            "another_request",
            put_off_by_another=changing("bo", who="eva", starts_on=NEXT_WEEK),
            activated=switching("bo", active=True, who="eva"),
            removed_by_another=removing("bo", who="eva"),
            replaced_by_staff=naming("bo"),
        ),
        remembered=False,
        # With a license that is added for it.
        prepare=after(switching("cy", active=True), changing("bo", starts_on=TOMORROW)),
    ),
    doing(
        "warn_of_a_lapse",
        reconciling,
        {"cancelled": cancelling()},
        (0, 2),
        nothing,
        prepare=after(
            scheduling(("remove", "billing", 1), on=TOMORROW), switching("bo", active=True)
        ),
    ),
    doing(
        "tell_of_a_lapse",
        sending(1),
        {"requester_gone": STRANGERS["manager_inactive"], "settled_as_sent": settling("sent")},
        (1, 2),
        nothing,
        prepare=after(
            asking(("remove", "assistant", 1)),
            scheduling(("remove", "billing", 1), on=TOMORROW),
            switching("bo", active=True),
            later(2),
            applying(1),
        ),
        may_park=True,
    ),
)

_WORKFLOW = (
    doing(
        "set_notices",
        choosing(),
        among("manager_demoted", "manager_inactive", chosen_by_another=choosing(who="eva")),
    ),
    doing(
        "write_few_left",
        telling_few_left,
        {
            "one_more_used": switching("cy", active=True, who="eva"),
            "chosen_otherwise": choosing(few_left=[]),
            "told_by_the_night": reconciling,
        },
        answers=nothing,
        prepare=few_left(),
    ),
    doing(
        "reconcile_with_notices",
        reconciling,
        {"told_by_the_stream": telling_few_left, "invoiced": updating()},
        (1, 5),
        nothing,
        # Few licenses left, and a renewal that has come the same day.
        prepare=few_left(later(29)),
        may_park=True,
    ),
    doing("start_notice", noticing(), within=_NO_CHANGE, prepare=telling),
    doing(
        "send_notice",
        noticing("send_notice"),
        among("manager_inactive", address_bounced=told_bounced),
        _NO_CHANGE,
        prepare=telling,
    ),
    doing("start_workflows", starting(), within=(0, 0), prepare=after(asking(*ADD))),
    doing(
        "publish_events",
        publishing,
        within=(0, 0),
        # An invoice is finalized, whose lines are told of.
        prepare=after(asking(*ADD), later(40), reconciling),
    ),
    doing(
        "update_invoice",
        updating(),
        among(
            "another_request",
            cancelled=cancelling(),
            another_invoiced=updating(1),
            released_credit_changed=pricing(release_credit="none"),
        ),
        prepare=after(
            asking(("add", "therapist", 2)), asking(("remove", "assistant", 1), key="k2")
        ),
    ),
    doing(
        "update_invoice_after_renewals",
        updating(),
        among(
            "prices_changed", renewed=renewing, another_invoiced=updating(1), cancelled=cancelling()
        ),
        (1, 4),
        prepare=after(asking(*ADD), asking(("remove", "assistant", 1), key="k2"), later(70)),
    ),
    doing(
        "update_invoice_in_several_transactions",
        updating(),
        {
            "updated": updating(),
            "renewed": lambda product, task: (later(40)(product, task), renewing(product, task)),
        },
        (1, 3),
        prepare=after(
            asking(
                ("add", "therapist", 2),
                ("add", "assistant", 1),
                ("add", "front_office", 1),
                ("add", "billing", 1),
            ),
            renewed_since_years,
        ),
    ),
    doing(
        "update_invoice_in_order",
        updating(1),
        {"the_older_invoiced": updating(), "cancelled": cancelling(1), "renewed": renewing},
        (2, 3),
        # What is added again is paid for already, so its price hangs on the release before it.
        prepare=after(
            pricing(release_credit="none"),
            later(40),
            renewing,
            asking(("remove", "assistant", 1)),
            asking(("add", "assistant", 1), key="k2"),
            later(25),
        ),
    ),
    doing(
        "renewal",
        renewing,
        among("prices_changed", invoiced=updating(), cancelled=cancelling()),
        (2, 3),
        prepare=after(asking(*ADD), later(70)),
    ),
    doing(
        "send_confirmation",
        sending(),
        among(
            "another_request",
            requester_gone=STRANGERS["manager_inactive"],
            settled_as_sent=settling("sent"),
            settled_by_resending=settling("resend"),
        ),
        (1, 2),
        # Who finds another one sending parks it, and the other one is right all the same.
        nothing,
        prepare=after(asking(*ADD), starting(), updating()),
        may_park=True,
    ),
)

# Dana manages both clinics: what becomes of her address stands in the history of each.
_MAIL = (
    doing(
        "mail_event_sent",
        told_sent,
        among(
            "another_request",
            settled_as_sent=settling("sent"),
            settled_by_resending=settling("resend"),
        ),
        prepare=parked_though_sent,
        may_park=True,
    ),
    doing(
        "mail_event_bounced",
        told_bounced,
        {"cleared": clearing},
        (2, 2),
        remembered=False,
        prepare=after(asking(*ADD), updating()),
        may_park=True,
    ),
    doing(
        "confirmation_bounced",
        came_back,
        among("another_request", other_manager_gone=switching("eva", active=False)),
        (3, 3),
        remembered=False,
        prepare=after(asking(*ADD), starting(), updating(), sending()),
        may_park=True,
    ),
    doing(
        "mail_event_complained",
        told_complained,
        within=(2, 2),
        prepare=after(asking(*ADD), updating()),
        may_park=True,
    ),
    doing(
        "receive_request_to_add",
        mailing("Please add three therapist licenses at Main Street, we hired."),
        among("another_request", "manager_demoted", "manager_inactive", bounced=told_bounced),
        # Who is no User Manager by then is not answered; a repeat finds a duplicate.
        (0, 1),
        nothing,
    ),
    doing(
        "receive_request_to_remove",
        mailing("Please remove 1 billing license at Main Street because our biller retired."),
        {
            "last_license_taken": switching("bo", active=True, who="eva"),
            "last_license_released": asking(*RELEASE, key="k2", who="eva"),
        },
        (0, 1),
        nothing,
    ),
    doing(
        "receive_request_for_two_clinics",
        mailing(BOTH_CLINICS),
        among("manager_demoted"),
        (0, 2),
        nothing,
    ),
    doing(
        "receive_the_same_words_again",
        mailing(BOTH_CLINICS, number=2),
        within=_NO_CHANGE,
        answers=nothing,
        prepare=after(mailing(BOTH_CLINICS)),
    ),
    doing(
        "receive_a_doubtful_request",
        mailing(BILLING, spam="FAIL"),
        {"bounced": told_bounced},
        _NO_CHANGE,
        nothing,
    ),
    doing(
        "receive_yes",
        replying("Yes"),
        among(
            "another_request",
            "manager_demoted",
            another_yes=replying("YES", number=3),
            bounced=told_bounced,
        ),
        (0, 1),
        nothing,
        prepare=after(mailing(BILLING, spam="FAIL")),
    ),
    doing(
        "receive_yes_to_a_transfer",
        replying("Yes"),
        among(
            "manager_demoted",
            another_yes=replying("YES", number=3),
            manager_demoted_there=demoting_there,
            another_request_there=asking_there,
        ),
        (0, 2),
        nothing,
        prepare=after(mailing("Please transfer one PT license from Main Street to Lakeside.")),
    ),
    doing(
        "receive_yes_of_another_person",
        replying("Yes", sender="pat.cole@lakesiderehab.example"),
        {"the_right_one": replying("YES", number=3)},
        _NO_CHANGE,
        nothing,
        prepare=after(mailing("Please add 2 billing licenses at Lakeside.", spam="FAIL")),
    ),
    doing(
        "receive_undo",
        replying("UNDO"),
        among(
            "manager_demoted",
            another_undo=replying("undo", number=3),
            invoiced=updating(),
            cancelled=cancelling(),
            later_request=asking(("add", "billing", 1), key="k2", who="eva"),
        ),
        (0, 1),
        nothing,
        prepare=after(mailing(BILLING)),
    ),
    doing(
        "receive_undo_for_two_clinics",
        replying("UNDO"),
        {"cancelled": cancelling()},
        (0, 2),
        nothing,
        prepare=after(mailing(BOTH_CLINICS)),
    ),
    doing(
        "receive_the_missing_clinic",
        replying("Lakeside"),
        among("manager_demoted", another_clinic=replying("Main Street", number=3)),
        (0, 1),
        nothing,
        prepare=after(mailing("Please add 2 billing licenses.")),
    ),
    doing(
        "clear_mail_address",
        clearing,
        {"bounced_again": told_bounced},
        (2, 2),
        remembered=False,
        prepare=after(told_bounced),
    ),
)

_NIGHT = (
    doing(
        "reconcile",
        reconciling,
        {"invoiced": updating(), "cancelled": cancelling()},
        (3, 5),
        nothing,
        # A lost start, an invoice that is due, and a promise that was broken.
        prepare=after(asking(*ADD), later(40)),
    ),
    doing(
        "reconcile_unsent",
        partial(reconciling, segments=2),
        within=(1, 3),
        answers=nothing,
        # The update came through, and its workflow did not.
        prepare=after(asking(*ADD), updating(), later(3)),
        may_park=True,
    ),
    doing(
        "reconcile_halfway",
        reconciling,
        {"removed_by_another": removing("bo", who="eva")},
        _NO_CHANGE,
        nothing,
        prepare=stopped_halfway,
    ),
)

_READS = (
    *(
        doing(
            route.name,
            looking(route),
            within=_NO_CHANGE,
            prepare=after(tokening(), asking(*ADD), updating(), reconciling),
        )
        for route in ROUTES
        if route.method == "GET"
    ),
    doing("list_clinics_of_staff", reading("list_clinics", who="staff"), within=_NO_CHANGE),
    Operation(
        "see_what_waits",
        (
            Step(reading("get_overview", who="staff"), within=_NO_CHANGE),
            Step(reading("get_clinic_state", who="staff"), within=_NO_CHANGE),
        ),
        # A promise that was broken.
        after(asking(*ADD), later(40), reconciling),
    ),
    Operation(
        "find_clinics",
        (
            Step(reading("list_clinics", who="staff", query={"q": "main str"}), within=_NO_CHANGE),
            Step(
                reading(
                    "list_clinics", who="staff", query={"q": "dana.reyes@mainstreetpt.example"}
                ),
                within=_NO_CHANGE,
            ),
        ),
        after(pricing(name="Main Harbor Street")),
    ),
    doing(
        "get_finalized_invoice",
        reading("list_invoices", invoice_id="2026-04"),
        within=_NO_CHANGE,
        prepare=after(asking(*ADD), updating(), later(40), renewing),
    ),
    doing(
        "preview_license_adjustment",
        previewing,
        within=_NO_CHANGE,
        # Each preview is priced at its own moment.
        answers=nothing,
        prepare=MORE_OPEN_THAN_NAMED,
    ),
    doing(
        "preview_license_transfer",
        previewing_transfer,
        within=_NO_CHANGE,
        answers=nothing,
        prepare=MORE_OPEN_THAN_NAMED,
    ),
    doing(
        "list_licenses_of_a_busy_clinic",
        reading("list_licenses"),
        within=_NO_CHANGE,
        prepare=MORE_OPEN_THAN_NAMED,
    ),
)

# Whether a step has anything to do depends on those before it.
_PIPELINE = (
    Step(starting(), within=(0, 0)),
    Step(updating(), {"cancelled": cancelling()}, (0, 1)),
    Step(sending(), within=(0, 2), answers=nothing),
)
JOURNEYS = (
    Operation("adding_to_the_mail", (Step(asking(*ADD)), *_PIPELINE), may_park=True),
    Operation("releasing_to_the_mail", (Step(releasing("ann")), *_PIPELINE), may_park=True),
    Operation(
        "taken_back_halfway",
        (Step(asking(*ADD)), _PIPELINE[0], Step(cancelling(), within=(0, 1)), *_PIPELINE[1:]),
        may_park=True,
    ),
    Operation(
        "two_over_a_renewal",
        (
            Step(asking(*ADD)),
            Step(later(40), within=(0, 0)),
            Step(releasing("ann"), {"renewed": renewing}),
            Step(updating(1), {"invoiced": updating()}, (0, 4)),
            Step(updating(), within=(0, 4)),
            Step(sending(1), within=(0, 2), answers=nothing),
            Step(sending(), within=(0, 2), answers=nothing),
        ),
        may_park=True,
    ),
)
"""Long ones, most of them several in a row: a fault in one meets a fault in the next."""

OPERATIONS = (*_WRITES, *_SCHEDULED, *_WORKFLOW, *_MAIL, *_NIGHT, *_READS)
