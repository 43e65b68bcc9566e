import pytest

from contracts.ports.spool import spooled
from contracts.samples import UnDocto, UnPago, an_xml
from horux_core.fiscal.cfdi.loading import CALLED, KeepUpload, ListLoads
from horux_core.fiscal.cfdi.outcome import Outcome
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.identity.errors import ActionForbidden
from horux_core.identity.model import Role
from horux_core.jobs.model import JobState
from horux_core.kernel.ids import JobId
from horux_core.kernel.periodo import Periodo
from horux_core.plans.errors import PlanLimitReached
from tests.carga import Carga

UUIDS = [f"aaaaaaaa-bbbb-4ccc-8ddd-0000000001{n:02d}" for n in range(150)]


def kept(carga: Carga, *files: tuple[str, bytes], called: str = "x.zip") -> JobId:
    ref = spooled(carga.spool, *files, ref=SpoolRef(carga.despacho.tenant, carga.new_id()))
    return KeepUpload(carga.take_upload)(carga.actor(), ref, called)


def test_a_small_one_is_entered_at_once_and_told_as_a_load_that_ended(carga: Carga) -> None:
    job = carga.job(kept(carga, ("a.xml", an_xml(uuid=UUIDS[0])), ("b.xml", b"<roto")))
    assert (job.state, job.recibidos, job.procesados, job.subject) == (JobState.TERMINADO, 2, 2, {CALLED: "x.zip"})
    outcome = Outcome.of(job.outcome or {})
    assert (outcome.inserted, outcome.rejected_total, outcome.meses) == (1, 1, {Periodo(2025, 1)})
    assert (carga.count(), carga.on_spool()) == (1, 0)


def test_a_big_one_waits_for_its_turn_under_its_name(carga: Carga) -> None:
    job = carga.job(kept(carga, *((f"{n}.xml", an_xml(uuid=uuid)) for n, uuid in enumerate(UUIDS))))
    assert (job.state, job.subject, carga.count()) == (JobState.EN_COLA, {CALLED: "x.zip"}, 0)
    done = carga.run(job.id)
    assert Outcome.of(done.outcome or {}).meses == {Periodo(2025, 1)}
    assert done.subject == job.subject


def test_the_months_are_those_of_the_payments_and_only_of_what_is_new(carga: Carga) -> None:
    pago = an_xml(uuid=UUIDS[1], pagos=(UnPago(doctos=(UnDocto(UUIDS[0]),)),))
    first = Outcome.of(carga.job(kept(carga, ("p.xml", pago))).outcome or {})
    with carga.despacho.books.open(carga.despacho.tenant) as books:
        paid = books.cfdis.get(UUIDS[1]).cfdi.pagos[0].fecha_pago
    assert first.meses == {Periodo.of(paid)}
    again = Outcome.of(carga.job(kept(carga, ("p.xml", pago))).outcome or {})
    assert (again.duplicates, again.meses) == (1, frozenset())
    assert (first + again).meses == first.meses


def test_one_that_does_not_fit_leaves_nothing(carga: Carga) -> None:
    carga.limit(0)
    with pytest.raises(PlanLimitReached):
        kept(carga, ("a.xml", an_xml(uuid=UUIDS[0])))
    assert ListLoads(carga.despacho.jobs)(carga.actor()) == ()
    assert carga.on_spool() == 0


def test_lists_the_latest_to_those_who_read(carga: Carga) -> None:
    jobs = [kept(carga, ("a.xml", an_xml(uuid=uuid))) for uuid in UUIDS[:3]]
    shown = ListLoads(carga.despacho.jobs)(carga.actor(Role.VISOR), 2)
    assert len(shown) == 2
    assert {job.id for job in shown} <= set(jobs)
    with pytest.raises(ActionForbidden):
        ListLoads(carga.despacho.jobs)(carga.despacho.actor(None))
