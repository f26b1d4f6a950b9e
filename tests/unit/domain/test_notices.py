"""Who wants which notice, and what a notice is until its letters are written."""

import pytest

from licensing.domain.notice_settings import USUAL_SETTINGS, NoticeSettings
from licensing.domain.notices import Kind, Notice, news, wants
from licensing.domain.outgoing import Said
from tests.unit.domain.builders import BILLING, HALF

SAID = Said("Lapsed", "It found nothing free.")


def test_whoever_has_chosen_nothing_is_told_all_but_of_few_licenses() -> None:
    assert all(wants(USUAL_SETTINGS, kind) for kind in Kind)
    assert USUAL_SETTINGS.few_left == {}


@pytest.mark.parametrize(
    "kind", [Kind.BEFORE_RENEWAL, Kind.INVOICE_FINALIZED, Kind.PRICE_RISE], ids=str
)
def test_each_kind_is_switched_off_by_itself(kind: Kind) -> None:
    settings = NoticeSettings({BILLING: 1}, **{kind.value: False})
    assert {one for one in Kind if not wants(settings, one)} == {kind}


def test_news_is_told_all_who_manage() -> None:
    assert news("main-street", "lapsed-1", SAID, now=HALF) == Notice(
        "main-street", "lapsed-1", Kind.NEWS, HALF, SAID, (), None
    )
