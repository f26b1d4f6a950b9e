"""Letters that are to go out, and how far each has come."""

from licensing.domain.outgoing import Delivery, Letter, Outgoing, stand_in


def test_of_what_went_out_neither_text_nor_address_is_kept() -> None:
    letter = Outgoing(("bo@mainstreet.example",), Letter("Done", "Two.", "<p>Two.</p>"), {})

    assert letter.come_to(Delivery.SENT) == Outgoing(
        (stand_in("bo@mainstreet.example"),), Letter("", "", ""), {}, delivery=Delivery.SENT
    )


def test_what_stands_for_an_address_is_short_and_always_the_same() -> None:
    assert stand_in("ana@mainstreet.example") == stand_in("ana@mainstreet.example")
    assert len(stand_in("ana@mainstreet.example")) == 16


def test_of_a_letter_that_was_given_up_only_its_sender_knows_more() -> None:
    letter = Outgoing(("ana@mainstreet.example",), Letter("Done", "", ""), {}, Delivery.SENDING)
    unknown = letter.come_to(Delivery.UNKNOWN)
    assert unknown.recipients == (stand_in("ana@mainstreet.example"),)
    assert unknown.come_to(Delivery.QUEUED) == unknown
    sent = unknown.come_to(Delivery.SENT)
    assert sent == unknown._replace(delivery=Delivery.SENT)
    assert sent.come_to(Delivery.UNKNOWN) == sent
