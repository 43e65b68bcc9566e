"""Notices at the door: kept as they come, and nothing done that is not the provider's word."""

from datetime import timedelta

import pytest

from horux_core.billing.gateway import Verdict
from horux_core.billing.model import SubscriptionStatus
from horux_core.billing.notices import NoticeState
from horux_core.billing.noticing import (
    REFUSED_AN_HOUR,
)
from horux_core.billing.settling import Topic
from tests.avisos import SECRET, Aviso, an_aviso
from tests.core.billing.doorstep import House, unbound

PENDING = SubscriptionStatus.PENDING


@pytest.fixture
def house() -> House:
    return House()


class TestTaking:
    def test_keeps_all_of_it_before_anything_is_done(self, house: House) -> None:
        aviso = house.about("payment", "130456789012")
        assert house.take(aviso) is Verdict.OK
        assert (house.one.state, house.one.attempts, house.asked) == (NoticeState.PENDIENTE, 0, [])
        assert (house.one.query, house.one.body, house.one.remote) == (aviso.query, aviso.body, aviso.remote)
        assert dict(house.one.headers) == {name.lower(): value for name, value in aviso.headers}
        assert (house.one.topic, house.one.reference, house.one.received_at) == (
            "payment", "130456789012", house.world.now,
        )  # fmt: skip

    def test_a_genuine_one_that_is_sent_again_as_it_was_is_kept_once(self, house: House) -> None:
        aviso = house.about("payment", house.paid())
        others = (
            Aviso(f"{aviso.query}&x=1", aviso.headers, aviso.body),
            Aviso(aviso.query.replace("type=payment", "type=chargebacks"), aviso.headers, b"{}", "198.51.100.9"),
        )
        for sent in (aviso, aviso, *others):
            assert house.take(sent) is Verdict.OK
            house.work()
        assert (house.one.state, house.one.query, len(house.asked)) == (NoticeState.PROCESADO, aviso.query, 1)

    def test_one_whose_signature_covers_no_id_is_followed_once_whatever_its_body_says(self, house: House) -> None:
        first = unbound(b'{"data": {"id": "1"}}', house)
        for body in (first.body, b'{"data": {"id": "2"}}', b"{}"):
            assert house.take(Aviso(first.query, first.headers, body)) is Verdict.OK_BUT_UNBOUND
        assert house.one.reference == "1"

    def test_others_about_the_same_are_each_kept(self, house: House) -> None:
        now, payment = house.world.now, house.paid()
        for request, at in (("r-1", now), ("r-2", now), ("r-1", now + timedelta(seconds=1))):
            house.take(an_aviso(payment, at, request_id=request))
        house.take(an_aviso("7", now, request_id="r-1"))
        assert len(house.kept()) == 4

    def test_keeps_no_header_of_which_nothing_hangs(self, house: House) -> None:
        aviso = house.about("payment", "1")
        house.take(Aviso(aviso.query, (*aviso.headers, ("Authorization", "Bearer x"), ("Cookie", "y")), aviso.body))
        assert {name for name, _ in house.one.headers} == {"x-signature", "x-request-id", "content-type"}

    @pytest.mark.parametrize("topic", ["chargebacks", "subscription_preapproval_plan", "merchant_order", ""])
    def test_a_topic_nobody_follows_is_kept_and_no_more(self, house: House, topic: str) -> None:
        assert house.take(an_aviso("7", house.world.now, topic=topic)).genuine
        assert (house.one.state, house.one.ended_at) == (NoticeState.IGNORADO, house.world.now)
        house.work()
        assert house.asked == []

    def test_one_about_nothing_is_kept_and_no_more(self, house: House) -> None:
        assert house.take(unbound(b'{"type": "payment"}', house)) is Verdict.OK_BUT_UNBOUND
        house.work()
        assert (house.one.state, house.one.reference, house.asked) == (NoticeState.IGNORADO, None, [])

    def test_an_id_that_only_the_body_has_is_asked_for(self, house: House) -> None:
        payment = house.paid()
        house.take(unbound(b'{"data": {"id": "' + payment.encode() + b'"}}', house))
        house.work()
        assert (house.asked, house.one.state) == ([(Topic.PAYMENT, payment)], NoticeState.PROCESADO)

    def test_a_reference_that_can_be_none_is_not_asked_for(self, house: House) -> None:
        house.take(unbound(b'{"data": {"id": "' + b"9" * 400 + b'"}}', house))
        house.take(unbound(b'{"data": {"id": "9\\u0000"}}', house))
        house.work()
        assert {notice.state for notice in house.kept()} == {NoticeState.IGNORADO}
        assert house.asked == []

    def test_a_forged_one_is_kept_and_never_followed(self, house: House) -> None:
        payment = house.paid()
        for forged in (
            an_aviso(payment, house.world.now, secret="otro-secreto"),
            Aviso(f"data.id={payment}&type=payment", (), b""),
            an_aviso(payment, house.world.now - timedelta(hours=1)),
            an_aviso(payment, house.world.now, body_id="7"),
        ):
            assert not house.take(forged).genuine
        house.tried_until_still()
        assert {notice.state for notice in house.kept()} == {NoticeState.RECHAZADO}
        assert [notice.verdict for notice in house.kept()] == [
            Verdict.ID_CONFLICT, Verdict.STALE, Verdict.MISSING_HEADER, Verdict.SIGNATURE_MISMATCH,
        ]  # fmt: skip
        assert (house.asked, house.world.status()) == ([], PENDING)

    def test_a_flood_of_forged_ones_fills_nothing(self, house: House) -> None:
        for n in range(REFUSED_AN_HOUR + 5):
            house.take(Aviso(f"data.id={n}&type={'x' * 9000}", (("x-signature", "y" * 9000),) * 50, b"z" * 60_000))
        assert len(house.kept()) == REFUSED_AN_HOUR
        for notice in house.kept():
            assert max(len(notice.body), len(notice.query), len(repr(notice.headers))) < 3_000
        house.world.wait(hours=1, seconds=1)
        house.take(Aviso("", (), b""))
        assert len(house.kept()) == REFUSED_AN_HOUR + 1

    def test_what_has_no_sign_is_kept_escaped(self, house: House) -> None:
        house.take(Aviso("type=%00\x00&x=\ud800", (("X-Request-Id", "a\x00\x1b[31m"),), b'{"type": "\x00"}'))
        assert (house.one.topic, house.one.query) == ("\\x00\\x00", "type=%00\\x00&x=\\ud800")
        assert house.one.headers == (("x-request-id", "a\\x00\\x1b[31m"),)

    @pytest.mark.parametrize("secrets", [(), ("",)])
    def test_without_a_secret_nothing_is_followed(self, secrets: tuple[str, ...]) -> None:
        house = House(secrets)
        payment = house.paid()
        for secret in ("", SECRET):
            assert house.take(an_aviso(payment, house.world.now, secret=secret)) is Verdict.NOT_CONFIGURED
        house.tried_until_still()
        assert (house.asked, house.world.status()) == ([], PENDING)

    def test_a_secret_is_changed_without_a_gap(self) -> None:
        house = House(("viejo", "nuevo"))
        now = house.world.now
        assert [house.take(an_aviso("7", now, secret=secret)).genuine for secret in ("viejo", "nuevo", "otro")] == [
            True, True, False,
        ]  # fmt: skip
        house.secrets = ("nuevo",)
        assert [house.take(an_aviso("7", now, secret=secret)).genuine for secret in ("viejo", "nuevo")] == [False, True]
