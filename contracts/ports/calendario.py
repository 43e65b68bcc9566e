"""What the calendar of every Books promises; a subclass brings the `books` and `tenant` fixtures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contracts.libros import PROPIO, a_full_cfdi, a_payment, a_ppd, an_entry, an_event, recibido, uuid
from horux_core.fiscal.calendario.generando import Clave, EstadoObligacion, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Condicion, Periodicidad
from horux_core.fiscal.calendario.ports import Feeds
from horux_core.fiscal.calendario.recordatorios import Momento
from horux_core.fiscal.cfdi.model import Cubetas, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.iva.model import Evento, Lado
from horux_core.fiscal.ports import Books
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo

D = Decimal
ENERO, FEBRERO, MARZO = (Periodo(2026, mes) for mes in (1, 2, 3))
AT = datetime(2026, 2, 17, 15, tzinfo=UTC)
PRESENTADA = Vencimiento(
    Clave("IVA_MENSUAL", ENERO),
    "Pago mensual IVA (definitivo)",
    Periodicidad.MENSUAL,
    ("601", "606"),
    date(2026, 2, 18),
    "LIVA 5-D",
    EstadoObligacion.PRESENTADA,
    date(2026, 2, 17),
    prevista=True,
    por_persona=True,
    presentada_en=date(2026, 2, 16),
    nota="Acuse 1234; «ñ»\n",
)
DIOT = Clave("DIOT", ENERO)
UNO = UUID(int=1)


class CalendarioContract:
    def test_gives_what_a_person_set_back_as_it_was(self, books: Books, tenant: TenantId) -> None:
        sola = replace(
            PRESENTADA, clave=DIOT, aviso=None, presentada_en=None, prevista=False, estado=EstadoObligacion.VENCIDA
        )
        with books.open(tenant) as opened:
            opened.calendario.marcar(PRESENTADA)
            opened.calendario.marcar(sola)
            opened.calendario.marcar(replace(PRESENTADA, clave=Clave("IVA_MENSUAL", FEBRERO)))
        with books.open(tenant) as opened:
            assert opened.calendario.marcadas(ENERO, ENERO) == (sola, PRESENTADA)
            assert len(opened.calendario.marcadas(ENERO, FEBRERO)) == 3
            assert opened.calendario.marcadas(MARZO, MARZO) == ()

    def test_setting_it_again_replaces_it(self, books: Books, tenant: TenantId) -> None:
        despues = replace(PRESENTADA, estado=EstadoObligacion.NO_APLICA, presentada_en=None, nota="", regimenes=())
        with books.open(tenant) as opened:
            opened.calendario.marcar(PRESENTADA)
            opened.calendario.marcar(despues)
            assert opened.calendario.marcadas(ENERO, ENERO) == (despues,)

    def test_the_books_show_what_was_paid_and_collected(self, books: Books, tenant: TenantId) -> None:
        nomina = replace(a_full_cfdi(1), tipo=Tipo.NOMINA, pagos=(), rfc_emisor=PROPIO)
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(nomina), an_entry(a_ppd(2)), an_entry(a_payment(3, 2))])
            nada = frozenset[Condicion]()
            hechas = opened.calendario.condiciones(ENERO, MARZO)
            assert [hechas.get(mes, nada) for mes in (ENERO, FEBRERO, MARZO)] == [
                {Condicion.NOMINA}, {Condicion.COBRO_PPD}, nada,
            ]  # fmt: skip
            assert opened.calendario.condiciones(MARZO, MARZO) == {}

    def test_what_is_cancelled_or_of_another_shows_nothing(self, books: Books, tenant: TenantId) -> None:
        nomina = replace(a_full_cfdi(1), tipo=Tipo.NOMINA, pagos=())
        with books.open(tenant) as opened:
            opened.cfdis.enter([an_entry(nomina), an_entry(recibido(a_payment(3, 2)), Direccion.RECIBIDO)])
            opened.cfdis.correct(uuid(1), Correction(Estado.CANCELADO, datetime(2026, 3, 1)))
            assert opened.calendario.condiciones(ENERO, MARZO) == {}

    def test_the_books_show_what_was_withheld_from_others(self, books: Books, tenant: TenantId) -> None:
        def retenido(n: int, mes: Periodo, isr: str, iva: str, **changes: object) -> Evento:
            cubetas = Cubetas(ret_isr=D(isr), ret_iva=D(iva))
            return replace(an_event(n, mes, lado=Lado.RECIBIDO, cubetas=cubetas), **changes)  # type: ignore[arg-type]

        eventos = [
            retenido(1, ENERO, "100.00", "0"),
            retenido(2, FEBRERO, "5.00", "7.00"),
            retenido(3, FEBRERO, "-5.00", "0"),
            retenido(4, MARZO, "0", "0", retenido_no_acreditable=D("1.00")),
            retenido(5, MARZO, "9.00", "0", lado=Lado.EMITIDO),
        ]
        with books.open(tenant) as opened:
            opened.iva.replace([], eventos, [])
            assert opened.calendario.condiciones(ENERO, MARZO) == {
                ENERO: {Condicion.RETENCION_ISR},
                FEBRERO: {Condicion.RETENCION_IVA},
                MARZO: {Condicion.RETENCION_IVA},
            }
            assert set(opened.calendario.condiciones(ENERO, FEBRERO)) == {ENERO, FEBRERO}

    def test_notes_a_reminder_once_under_one_name(self, books: Books, tenant: TenantId) -> None:
        dos, cinco = (DIOT, Momento.DOS_DIAS), (PRESENTADA.clave, Momento.CINCO_DIAS)
        otro = UUID(int=2)
        with books.open(tenant) as opened:
            opened.calendario.lock()
            opened.calendario.anotar_recordatorios(UNO, [cinco, dos])
            opened.calendario.anotar_recordatorios(otro, [dos, (DIOT, Momento.VENCIDA)])
        with books.open(tenant) as opened:
            assert opened.calendario.recordados(ENERO) == {dos, cinco, (DIOT, Momento.VENCIDA)}
            assert opened.calendario.recordados(FEBRERO) == frozenset()
            assert opened.calendario.recordatorios(UNO) == (dos, cinco)
            assert opened.calendario.recordatorios(otro) == ((DIOT, Momento.VENCIDA),)
            assert opened.calendario.recordatorios(UUID(int=3)) == ()

    def test_keeps_nothing_of_a_failed_transaction(self, books: Books, tenant: TenantId) -> None:
        with pytest.raises(ZeroDivisionError), books.open(tenant) as opened:  # noqa: PT012
            opened.calendario.marcar(PRESENTADA)
            opened.calendario.anotar_recordatorios(UNO, [(DIOT, Momento.VENCIDA)])
            _ = 1 / 0
        with books.open(tenant) as opened:
            assert opened.calendario.marcadas(ENERO, MARZO) == ()
            assert opened.calendario.recordados(ENERO) == frozenset()


class FeedsContract:
    def test_a_new_one_ends_the_one_before(self, feeds: Feeds, tenant: TenantId, people: tuple[UserId, UserId]) -> None:
        feeds.poner(tenant, "a" * 64, people[0], AT)
        feeds.poner(tenant, "d" * 64, people[1], AT)
        assert (feeds.de("a" * 64), feeds.de("d" * 64)) == (None, (tenant, people[1]))

    def test_tells_since_when_there_is_one(
        self, feeds: Feeds, tenant: TenantId, other: TenantId, people: tuple[UserId, UserId]
    ) -> None:
        assert feeds.puesta(tenant) is None
        feeds.poner(tenant, "a" * 64, people[0], AT)
        assert (feeds.puesta(tenant), feeds.puesta(other)) == (AT, None)
        feeds.quitar(tenant)
        assert feeds.puesta(tenant) is None

    def test_taken_away_it_is_nobody_s(self, feeds: Feeds, tenant: TenantId, people: tuple[UserId, UserId]) -> None:
        feeds.poner(tenant, "a" * 64, people[0], AT)
        assert feeds.quitar(tenant)
        assert not feeds.quitar(tenant)
        assert feeds.de("a" * 64) is None
        assert not feeds.quitar(TenantId(uuid4()))
