"""CFDIs taken in while their sender waits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from contracts.ports.spool import spooled
from contracts.ports.uploads import a_zip, xml
from contracts.samples import an_xml
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.errors import CfdiAjeno, CfdiRejected, UuidConOtroContenido
from horux_core.fiscal.cfdi.limites import SMALL_FILES, SMALL_SENT
from horux_core.fiscal.cfdi.outcome import Ignored, Outcome, Rejected, total
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.plans.errors import PlanLimitReached, SubscriptionInactive
from tests.carga import Carga, a_job_outcome


@pytest.fixture
def carga() -> Iterator[Carga]:
    carga = Carga()
    yield carga
    carga.pool.close()


class TestOne:
    def test_is_kept_and_worked_out(self, carga: Carga) -> None:
        entered = carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        assert (entered.new, entered.stored.cfdi.uuid) == (True, "00000000-0000-0000-0000-000000000001")
        mes = carga.despacho.mes(2025, 1)
        assert mes is not None
        assert mes.iva_trasladado == 160

    def test_sent_again_is_known_and_changes_nothing(self, carga: Carga) -> None:
        carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        again = carga.enter_cfdi(carga.actor(), xml(1), "otro nombre.xml")
        assert (again.new, carga.count()) == (False, 1)

    def test_with_other_bytes_is_a_conflict_and_the_first_stays(self, carga: Carga) -> None:
        carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        with pytest.raises(UuidConOtroContenido):
            carga.enter_cfdi(carga.actor(), xml(1).replace(b'Total="1160.00"', b'Total="1161.00"'), "a.xml")
        assert carga.despacho.get("00000000-0000-0000-0000-000000000001").cfdi.total == 1160

    def test_that_is_wrong_or_of_others_is_refused(self, carga: Carga) -> None:
        with pytest.raises(CfdiRejected):
            carga.enter_cfdi(carga.actor(), b"", "a.xml")
        with pytest.raises(CfdiAjeno):
            carga.enter_cfdi(carga.actor(), an_xml(rfc_emisor="URE180429TM6", rfc_receptor="CACX7605101P8"), "a.xml")

    def test_beyond_the_limit_is_refused_with_the_designs_words_and_one_that_is_stored_never(
        self, carga: Carga
    ) -> None:
        carga.limit(1)
        carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        with pytest.raises(PlanLimitReached) as refused:
            carga.enter_cfdi(carga.actor(), xml(2), "b.xml")
        assert str(refused.value) == "Límite de CFDIs alcanzado (1/1). Contacta soporte para upgrade."
        assert carga.count() == 1
        assert not carga.enter_cfdi(carga.actor(), xml(1), "a.xml").new

    def test_is_refused_to_who_only_reads_and_to_a_suspended_taxpayer_but_not_to_the_operator(
        self, carga: Carga
    ) -> None:
        with pytest.raises(ActionForbidden):
            carga.enter_cfdi(carga.actor(Role.VISOR), xml(1), "a.xml")
        carga.despacho.subscribe(SubscriptionStatus.PAUSED)
        with pytest.raises(SubscriptionInactive):
            carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        assert carga.enter_cfdi(replace(carga.actor(), viewing=True), xml(1), "a.xml").new


class TestFew:
    def test_tells_what_became_of_each_file(self, carga: Carga) -> None:
        carga.enter_cfdi(carga.actor(), xml(1), "a.xml")
        other = xml(1).replace(b'Total="1160.00"', b'Total="1161.00"')
        packed = a_zip(
            ("1.xml", xml(1)), ("1b.xml", other), ("2.xml", xml(2)), ("2 copia.xml", xml(2)), ("n.txt", b"n")
        )
        outcome = carga.take(("z.zip", packed), ("vacio.xml", b""))
        assert isinstance(outcome, Outcome)
        assert (outcome.received, outcome.inserted, outcome.duplicates) == (5, 1, 2)
        assert [(each.file, each.code) for each in outcome.rejected] == [
            ("vacio.xml", "archivo-vacio"),
            ("z.zip/1b.xml", "uuid-con-otro-contenido"),
        ]
        assert [each.file for each in outcome.ignored] == ["z.zip/n.txt"]
        assert (carga.count(), carga.despacho.pending()) == (2, 0)

    def test_that_do_not_all_fit_are_refused_whole(self, carga: Carga) -> None:
        carga.limit(3)
        carga.take(("1.xml", xml(1)))
        with pytest.raises(PlanLimitReached, match=r"\(1/3\)"):
            carga.take(*((f"{n}.xml", xml(n)) for n in range(1, 5)))
        assert (carga.count(), carga.on_spool()) == (1, 0)
        outcome = carga.take(*((f"{n}.xml", xml(n)) for n in range(1, 4)))
        assert isinstance(outcome, Outcome)
        assert (outcome.inserted, outcome.duplicates) == (2, 1)

    def test_sent_at_once_by_many_never_exceed_the_limit(self, carga: Carga) -> None:
        carga.limit(10)

        def send(start: int) -> bool:
            try:
                carga.take(*((f"{n}.xml", xml(n)) for n in range(start, start + 4)))
            except PlanLimitReached:
                return False
            return True

        with ThreadPoolExecutor(6) as threads:
            fitted = list(threads.map(send, range(1, 61, 10)))
        assert (sum(fitted), carga.count()) == (2, 8)

    def test_leave_nothing_on_the_spool(self, carga: Carga) -> None:
        carga.take(("1.xml", xml(1)))
        assert carga.on_spool() == 0


class TestMany:
    @pytest.mark.parametrize(
        "files",
        [
            [("z.zip", a_zip(*((f"{n}.txt", b"") for n in range(SMALL_FILES + 1))))],
            [("grande.xml", b"x" * (SMALL_SENT + 1))],
            [(f"{n}.zip", a_zip(("a.xml", b"x" * 19_000_000))) for n in range(2)],
        ],
    )
    def test_files_bytes_or_inflated_bytes_are_left_to_a_job(
        self, carga: Carga, files: list[tuple[str, bytes]]
    ) -> None:
        taken = carga.take(*files)
        assert not isinstance(taken, Outcome)
        assert carga.despacho.jobs.waiting() == (taken,)
        assert carga.on_spool() == 1

    def test_as_many_as_are_entered_at_once_are_no_job(self, carga: Carga) -> None:
        outcome = carga.take(("z.zip", a_zip(*((f"{n}.txt", b"") for n in range(SMALL_FILES)))))
        assert isinstance(outcome, Outcome)
        assert outcome.seen == SMALL_FILES

    def test_are_refused_to_who_only_reads(self, carga: Carga) -> None:
        ref = spooled(carga.spool, ("1.xml", xml(1)), ref=SpoolRef(carga.despacho.tenant, carga.new_id()))
        with pytest.raises(ActionForbidden):
            carga.take_upload(carga.actor(Role.VISOR), ref)
        assert (carga.count(), carga.on_spool()) == (0, 0)


def test_an_outcome_is_the_same_after_being_kept_and_adds_up() -> None:
    one = Outcome(2, 1, (Rejected("a", "b", "c"),), (Ignored("d", "e"),))
    assert Outcome.of(one.plain()) == one
    assert one + Outcome(1) == total([one, Outcome(1)]) == Outcome(3, 1, one.rejected, one.ignored)
    assert (one.received, one.seen) == (4, 5)
    assert a_job_outcome(one)["received"] == 4


def test_an_outcome_names_a_thousand_of_each_and_counts_them_all() -> None:
    rejected = tuple(Rejected(str(n), "b", "c") for n in range(700))
    ignored = tuple(Ignored(str(n), "e") for n in range(600))
    one = Outcome(1, 1, rejected, ignored)
    both = one + one
    assert both == total([one, one]) == one + one.after(one)
    assert (both.rejected, both.ignored) == (rejected + rejected[:300], ignored + ignored[:400])
    assert (both.rejected_total, both.ignored_total, both.received, both.seen) == (1_400, 1_200, 1_404, 2_604)
    assert len(one.after(both).rejected) == len(one.after(both).ignored) == 0
    assert len(one.after(both).plain()["rejected"]) == 0  # type: ignore[arg-type]
    plain = both.plain()
    assert (plain["rejectedTotal"], plain["ignoredTotal"]) == (1_400, 1_200)
    assert Outcome.of(plain) == both
    assert Outcome(rejected=rejected * 2).rejected_total == 1_400


def test_an_outcome_kept_before_it_counted_is_cut_when_it_is_read() -> None:
    files = [{"file": str(n), "code": "b", "detail": "c"} for n in range(1_500)]
    read = Outcome.of({"inserted": 0, "duplicates": 0, "rejected": files, "ignored": []})
    assert (len(read.rejected), read.rejected_total, read.received) == (1_000, 1_500, 1_500)
