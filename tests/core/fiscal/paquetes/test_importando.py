"""Importing packages: who may, what is kept when it fails or is cut off, and the job of a big one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.libros import a_cfdi, an_entry, uuid
from contracts.ports.metadata_sat import a_row, cancelled
from contracts.ports.paquetes import folio, terceros, txt
from contracts.ports.uploads import a_zip, many, xml
from horux_adapters.memory.metadata_sat import MemoryMetadataSat
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.entering import EnterCfdi
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.cfdi.upload_errors import ReadingSaturated
from horux_core.fiscal.paquetes.importando import METADATA, PAQUETE, AdmitPackage, ResultadoPaquete, ShowPackage
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.jobs.model import Job, JobState
from horux_core.plans.errors import FeatureNotInPlan, PlanLimitReached, SubscriptionInactive
from horux_core.plans.model import Plan
from tests.paquetes import Paqueteria


def rows(paqueteria: Paqueteria, *numbers: int) -> list[str]:
    return sorted(paqueteria.metadata(*(folio(n) for n in numbers)))


def on_plan(paqueteria: Paqueteria, plan: Plan) -> None:
    with paqueteria.despacho.control.transaction() as tables:
        for name in ("tenants", "subscriptions"):
            tables[name] |= {key: replace(row, plan=plan) for key, row in tables[name].items()}


class TestWhoMay:
    def test_a_reader_or_one_without_the_feature_or_in_arrears_is_refused(self, paqueteria: Paqueteria) -> None:
        admit = AdmitPackage(paqueteria.despacho.entitlements)
        with pytest.raises(ActionForbidden):
            admit(paqueteria.actor(Role.VISOR))
        admit(paqueteria.actor())
        on_plan(paqueteria, Plan.BUSINESS)
        with pytest.raises(FeatureNotInPlan):
            admit(paqueteria.actor())
        on_plan(paqueteria, Plan.PROFESSIONAL)
        admit(paqueteria.actor())
        paqueteria.despacho.subscribe(SubscriptionStatus.CANCELLED)
        with pytest.raises(SubscriptionInactive):
            admit(paqueteria.actor())

    def test_nothing_is_read_for_who_may_not(self, paqueteria: Paqueteria) -> None:
        upload = paqueteria.spooled(("m.txt", txt(1)))
        with pytest.raises(ActionForbidden):
            paqueteria.import_package(paqueteria.actor(Role.VISOR), upload)
        assert rows(paqueteria, 1) == []


class TestMetadata:
    def test_rows_of_others_are_left_out_and_told(self, paqueteria: Paqueteria) -> None:
        both = txt(1) + txt(2, rfc="XIQB891116QE4").split(b"\r\n", 1)[1]
        result = paqueteria.imported(("m.txt", both)).metadata
        assert (result.renglones, result.ajenos, result.avisos_total) == (1, 1, 1)
        assert rows(paqueteria, 1, 2) == [folio(1)]

    def test_a_file_notes_what_it_covers_and_whether_it_is_whole(self, paqueteria: Paqueteria) -> None:
        broken = txt(1, 5) + b"roto\r\n"
        both_sides = txt(3, 4).replace(b"EKU9003173C9~E~URE180429TM6", b"URE180429TM6~E~EKU9003173C9", 1)
        paqueteria.imported(("a.txt", txt(1, 20, 7)))
        paqueteria.imported(("b.txt", broken))
        paqueteria.imported(("c.txt", both_sides))
        with paqueteria.despacho.books.open(paqueteria.despacho.tenant) as books:
            a, b = books.metadata.archivos()
        assert (a.archivo, a.direccion, a.retenciones, a.completo) == ("a.txt", Direccion.EMITIDO, False, True)
        assert (a.desde.day, a.hasta.day, a.renglones) == (2, 21, 3)
        assert (b.archivo, b.completo) == ("b.txt", False)

    def test_a_third_party_without_its_row_is_told(self, paqueteria: Paqueteria) -> None:
        result = paqueteria.imported(("p.zip", a_zip(("a.txt", txt(1)), ("a_tercero.txt", terceros(1, 2))))).metadata
        assert (result.avisos_total, paqueteria.metadata(folio(1))[folio(1)].rfc_tercero) == (1, "AAAA010101AA1")

    def test_older_metadata_brings_nothing_cancelled_back(self, paqueteria: Paqueteria) -> None:
        later = txt(1).replace(b"~1~\r\n", b"~0~2026-02-01 10:00:00\r\n")
        paqueteria.imported(("m.txt", later))
        result = paqueteria.imported(("m.txt", txt(1))).metadata
        assert (result.nuevos, result.cambiados) == (0, 0)
        assert paqueteria.metadata(folio(1))[folio(1)].estado is Estado.CANCELADO

    def test_what_the_accountant_cancelled_by_hand_stays(self, paqueteria: Paqueteria) -> None:
        despacho = paqueteria.despacho
        despacho.enter(a_cfdi(1))
        with despacho.books.open(despacho.tenant) as books:
            books.cfdis.correct(uuid(1), Correction(Estado.CANCELADO))
        paqueteria.imported(("m.txt", txt(1).replace(folio(1).encode(), uuid(1).encode())))
        assert despacho.get(uuid(1)).estado is Estado.CANCELADO


class TestCancellations:
    def known(self, paqueteria: Paqueteria) -> None:
        with paqueteria.despacho.books.open(paqueteria.despacho.tenant) as books:
            books.metadata.guardar([cancelled(1), a_row(2)])

    def test_a_document_that_comes_later_comes_cancelled(self, paqueteria: Paqueteria) -> None:
        """By the door of one document; that of many is asked of with the samples."""

        class Reader:
            def read(self, content: bytes) -> Any:
                return a_cfdi(int(content))

            def pack(self, content: bytes) -> Any:
                return an_entry(a_cfdi(int(content))).original

        self.known(paqueteria)
        despacho = paqueteria.despacho
        enter: Any = EnterCfdi(Reader(), despacho.books, paqueteria.registry, despacho.entitlements)  # type: ignore[arg-type]
        for n in (1, 2):
            enter(paqueteria.actor(), str(n).encode(), "x.xml")
        assert despacho.get(uuid(1)).estado is Estado.CANCELADO
        assert despacho.get(uuid(2)).estado is Estado.VIGENTE
        enero = despacho.mes(2026, 1)
        assert enero is not None
        assert (enero.iva_trasladado, despacho.pending()) == (160, 0)

    def test_one_taken_back_by_hand_is_cancelled_again_by_the_next_metadata(self, paqueteria: Paqueteria) -> None:
        despacho = paqueteria.despacho
        despacho.enter(a_cfdi(1))
        with despacho.books.open(despacho.tenant) as books:
            books.metadata.guardar([cancelled(1)])
        row = txt(1).replace(folio(1).encode(), uuid(1).encode())
        assert paqueteria.imported(("m.txt", row)).metadata.cancelados == (uuid(1),)


class TestLimits:
    def test_xml_that_does_not_fit_is_refused_and_the_metadata_stays(self, paqueteria: Paqueteria) -> None:
        paqueteria.limit(1)
        with pytest.raises(PlanLimitReached):
            paqueteria.imported(("p.zip", a_zip(("m.txt", txt(9)), ("1.xml", xml(1)), ("2.xml", xml(2)))))
        assert (paqueteria.count(), rows(paqueteria, 9)) == (0, [folio(9)])

    @pytest.mark.parametrize("limit", [-1, 200])
    def test_a_big_package_is_read_by_the_batch(self, paqueteria: Paqueteria, limit: int) -> None:
        paqueteria.limit(limit)
        result = paqueteria.imported(("p.zip", many(120)))
        assert (result.cfdi.inserted, paqueteria.count(), paqueteria.despacho.pending()) == (120, 120, 0)
        with paqueteria.despacho.books.open(paqueteria.despacho.tenant) as books:
            assert books.cargas.anotadas() == ()


class TestTaking:
    def take(self, paqueteria: Paqueteria, *files: tuple[str, bytes]) -> Any:
        return paqueteria.take_package(paqueteria.actor(), paqueteria.spooled(*files))

    def run(self, paqueteria: Paqueteria, taken: Any) -> Job:
        with paqueteria.despacho.jobs.begin(taken) as begun:
            assert begun is not None
            assert begun.kind == PAQUETE
            paqueteria.load_package(begun)
        return paqueteria.job(taken)

    def test_a_small_one_is_imported_at_once_and_leaves_nothing_waiting(self, paqueteria: Paqueteria) -> None:
        taken = self.take(paqueteria, ("p.zip", a_zip(("m.txt", txt(1)), ("1.xml", xml(1)))))
        assert isinstance(taken, ResultadoPaquete)
        assert (taken.metadata.nuevos, taken.cfdi.inserted, taken.cfdi.ignored) == (1, 1, ())
        assert paqueteria.on_spool() == 0

    @pytest.mark.parametrize("content", [many(120), a_zip(("m.txt", txt(*range(50_000))))], ids=["xml", "metadata"])
    def test_a_big_one_is_left_to_a_job_that_tells(self, paqueteria: Paqueteria, content: bytes) -> None:
        job = self.run(paqueteria, self.take(paqueteria, ("p.zip", content)))
        assert job.state is JobState.TERMINADO
        told: Any = job.outcome
        assert (told["inserted"], told[METADATA]["nuevos"]) in ((120, 0), (0, 50_000))
        assert paqueteria.on_spool() == 0
        show = ShowPackage(paqueteria.despacho.jobs, paqueteria.despacho.entitlements)
        assert show(paqueteria.actor(Role.VISOR), job.id) == job

    def test_one_that_does_not_get_its_turn_is_left_to_a_job(
        self, paqueteria: Paqueteria, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def saturated(*_: object) -> None:
            raise ReadingSaturated

        with monkeypatch.context() as patched:
            patched.setattr(type(paqueteria.uploads), "size", saturated)
            taken = self.take(paqueteria, ("p.zip", a_zip(("m.txt", txt(1)))))
        assert self.run(paqueteria, taken).state is JobState.TERMINADO
        assert rows(paqueteria, 1) == [folio(1)]

    def test_a_job_whose_files_are_gone_fails_and_says_so(self, paqueteria: Paqueteria) -> None:
        taken = self.take(paqueteria, ("p.zip", many(120)))
        paqueteria.spool._kept.clear()
        job = self.run(paqueteria, taken)
        assert job.state is JobState.FALLIDO
        assert "Súbelos de nuevo" in (job.error or "")


class Cut(Exception):
    """The power went out."""


def test_wherever_it_is_cut_off_a_second_time_brings_it_to_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    packet = ("p.zip", a_zip(("m.txt", txt(1, 2, 3)), ("n.txt", txt(4)), ("1.xml", xml(1))))
    whole = Paqueteria()
    whole.imported(packet)
    for call in ("de", "guardar", "anotar", "resumenes"):
        for after in range(3):
            cut = Paqueteria()
            with cut_off(monkeypatch, call, after):
                try:
                    cut.imported(packet)
                except Cut:
                    assert cut.tables() != whole.tables()
            cut.imported(packet)
            assert cut.tables() == whole.tables()


@contextmanager
def cut_off(monkeypatch: pytest.MonkeyPatch, call: str, after: int) -> Iterator[None]:
    real, calls = getattr(MemoryMetadataSat, call), []

    def failing(self: MemoryMetadataSat, *args: Any) -> Any:
        calls.append(call)
        if len(calls) > after:
            raise Cut
        return real(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(MemoryMetadataSat, call, failing)
        yield


FILES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 6), max_size=5), st.booleans(), st.sampled_from(["a_01.txt", "a_02.txt", "b.txt"])
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(FILES, st.randoms(use_true_random=False))
def test_any_files_in_any_order_any_number_of_times(files: list[tuple[list[int], bool, str]], luck: Any) -> None:
    packets = []
    for numbers, gone, name in files:
        text = txt(*numbers)
        packets.append((name, text.replace(b"~1~\r\n", b"~0~2026-02-03 10:00:00\r\n") if gone else text))
    shuffled = [*packets, *luck.choices(packets, k=2)]
    luck.shuffle(shuffled)
    one, other = Paqueteria(), Paqueteria()
    for paqueteria, order in ((one, packets), (other, shuffled)):
        paqueteria.despacho.enter(*(a_cfdi(n, uuid=folio(n)) for n in (1, 2)))
        for packet in order:
            paqueteria.imported(packet)
    assert one.tables() == other.tables()
