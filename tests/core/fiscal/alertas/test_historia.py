"""Whatever happens to the books, and in whatever order, the alerts are those of the books as they stand."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.boveda import a_certificado, a_sealed
from contracts.libros import AJENO, D, a_cfdi, a_credit_note, a_full_cfdi, a_payment, a_ppd, recibido, uuid
from contracts.ports.metadata_sat import a_row
from horux_adapters.memory.database import MemoryDatabase
from horux_core.fiscal.alertas.efos import Lista69B, Listado, Situacion
from horux_core.fiscal.alertas.model import Alerta, Clave, EstadoAlerta, Hallazgo
from horux_core.fiscal.cfdi.correcting import CorrectCfdi
from horux_core.fiscal.cfdi.model import Advertencia, Cfdi, Cubetas, Direccion, Estado, Relacion, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.adjusting import Adjustment, AdjustSettings
from horux_core.fiscal.configuracion.declaring import NoteReturn
from horux_core.fiscal.configuracion.model import Declaracion
from horux_core.fiscal.iva.model import ModoNotas
from horux_core.fiscal.paquetes.cancelando import seguir_al_sat
from horux_core.fiscal.paquetes.model import ArchivoMetadata
from horux_core.fiscal.recomputing import encadenar, recompute
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from tests.core.fiscal.alertas.test_con_banco import matched, statement
from tests.core.fiscal.alertas.test_revisando import Revision
from tests.despacho import AHORA


def _nomina(n: int, mes: int, isr: str = "0.00") -> Cfdi:
    base = a_full_cfdi().nomina
    assert base is not None
    nomina = replace(base, fecha_pago=date(2026, mes, 28), total_gravado=D(30_000), isr_retenido=D(isr))
    fecha = datetime(2026, mes, 28, 9)
    return a_cfdi(n, tipo=Tipo.NOMINA, nomina=nomina, fecha_emision=fecha, metodo_pago=None, cubetas=Cubetas())


def _gasto(n: int, total: str, **changes: Any) -> Cfdi:
    return recibido(a_cfdi(n, total, **changes))


CFDIS: tuple[Cfdi, ...] = (
    a_cfdi(1, serie="A", folio="1"),
    a_cfdi(2, serie="A", folio="1", fecha_emision=datetime(2026, 2, 3)),
    a_cfdi(3, relaciones=(Relacion("04", uuid(1)),)),
    a_ppd(4),
    a_payment(5, 4),
    a_payment(6, 4, pagado="1160.00"),
    a_credit_note(7, 4),
    a_payment(8, 99),
    _gasto(9, "2320.00", forma_pago="01"),
    _gasto(10, "1161.00", uso_cfdi="S01", regimen_receptor="605"),
    replace(_gasto(11, "1162.00"), cp_receptor="01000", regimen_receptor="626"),
    recibido(a_ppd(12, "1163.00", forma_pago="03")),
    a_cfdi(13, "1164.00", moneda="USD", tipo_cambio=None, advertencias=(Advertencia("TC_SOSPECHOSO", "Falta."),)),
    a_cfdi(14, "1165.00", fecha_timbrado=datetime(2026, 1, 20), forma_pago="99"),
    a_cfdi(15, "1166.00", cubetas=Cubetas(base_16=D(1000), iva_16=D(160), ret_isr=D(200), ret_iva=D(10))),
    a_credit_note(16, 15),
    _nomina(17, 1), _nomina(18, 2, "500.00"), _nomina(19, 3), _nomina(20, 1),
    a_cfdi(21, "1160.00", serie="B", folio="9"),
)  # fmt: skip
NUMEROS = st.integers(1, len(CFDIS))
MESES = st.integers(1, 3)


def _noticia(antes: Hallazgo, ahora: Hallazgo) -> bool:
    return (antes.detalle, antes.uuids) != (ahora.detalle, ahora.uuids) or ahora.severidad.peso > antes.severidad.peso


class Historia(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.revision = Revision(now=AHORA)
        self.dia = AHORA
        self.n = 0
        self.dichas: dict[Clave, Hallazgo] = {}
        """What each alert said last."""
        self.vistas: set[Clave] = set()
        """Those that a person marked, of which nothing new was said since."""
        self.cambios = 0
        self.vigiladas = -1
        self.con_banco = False
        self.atrasados = False
        self.revisada = False

    @property
    def d(self) -> Any:
        return self.revision.despacho

    @initialize(numeros=st.sets(NUMEROS, max_size=len(CFDIS)), atrasados=st.booleans())
    def empieza(self, numeros: set[int], atrasados: bool) -> None:
        """With books that were reviewed; the others come later."""
        self.d.enter(*(CFDIS[n - 1] for n in sorted(numeros)))
        self.atrasados = atrasados
        self.se_revisa()

    def _cambio(self) -> None:
        """Reviewed after each change, or after several."""
        self.cambios += 1
        self.revisada = False
        if not self.atrasados or self.cambios % 3 == 0:
            self.se_revisa()

    @rule(numeros=st.sets(NUMEROS, min_size=1, max_size=6))
    def entran(self, numeros: set[int]) -> None:
        self.d.enter(*(CFDIS[n - 1] for n in sorted(numeros)))
        self._cambio()

    @rule(n=NUMEROS, estado=st.sampled_from([Estado.CANCELADO, Estado.VIGENTE]), dia=st.sampled_from([None, 40, 100]))
    def se_corrige(self, n: int, estado: Estado, dia: int | None) -> None:
        if uuid(n) not in self._guardados():
            return
        cuando = {} if dia is None or estado is Estado.VIGENTE else {"fecha_cancelacion": self._cuando(n, dia)}
        corregir = CorrectCfdi(self.d.books, self.d.entitlements, self.d.audit, lambda: self.dia)
        corregir(self.d.actor(), uuid(n), Correction(estado, **cuando))  # type: ignore[arg-type]
        self._cambio()

    def _cuando(self, n: int, dia: int) -> datetime:
        return min(CFDIS[n - 1].fecha_emision + timedelta(days=dia), self.dia.replace(tzinfo=None) - timedelta(days=1))

    @rule(n=st.integers(9, 12), pct=st.sampled_from([0, 50, 100]))
    def se_juzga(self, n: int, pct: int) -> None:
        if uuid(n) in self._guardados():
            corregir = CorrectCfdi(self.d.books, self.d.entitlements, self.d.audit, lambda: self.dia)
            corregir(self.d.actor(), uuid(n), Correction(acreditable_pct=Decimal(pct)))
            self._cambio()

    @rule(n=NUMEROS, cancelado=st.booleans(), monto=st.sampled_from(["1160.00", "1.00"]), anotado=st.booleans())
    def llega_metadata(self, n: int, cancelado: bool, monto: str, anotado: bool) -> None:
        estado = Estado.CANCELADO if cancelado else Estado.VIGENTE
        fecha = CFDIS[n - 1].fecha_emision
        row = a_row(n, monto, estado=estado, fecha_emision=fecha, efecto=CFDIS[n - 1].tipo)
        with self.d.books.open(self.d.tenant) as books:
            books.lock()
            books.metadata.guardar([row])
            recompute(books, only=seguir_al_sat(books, [row.uuid]))
            if anotado:
                self.n += 1
                lado = Direccion.EMITIDO if n % 2 else Direccion.RECIBIDO
                hasta = fecha + timedelta(days=20)
                books.metadata.anotar(ArchivoMetadata(str(self.n), f"{self.n}.txt", lado, False, fecha, hasta, 1, True))
        self._cambio()

    @rule(impuesto=st.sampled_from(["iva", "isr"]), mes=MESES)
    def se_declara(self, impuesto: str, mes: int) -> None:
        anotar = NoteReturn(self.d.books, self.d.entitlements, self.d.audit, lambda: self.dia)
        hecha = Declaracion(impuesto, Periodo(2026, mes), date(2026, mes + 1, 10), Decimal(1))
        anotar(self.d.actor(), hecha)
        self._cambio()

    @rule(
        regimenes=st.sampled_from([("601",), ("626",), ("601", "626")]),
        cp=st.sampled_from([None, "06000"]),
        notas=st.sampled_from(list(ModoNotas)),
    )
    def se_ajusta(self, regimenes: tuple[str, ...], cp: str | None, notas: ModoNotas) -> None:
        d = self.d
        ajustar = AdjustSettings(d.books, d.registry, d.entitlements, d.audit, d.jobs, lambda: self.dia)
        ajustar(d.actor(), 2026, Adjustment(regimenes=regimenes, notas=notas, codigo_postal=cp))
        self._cambio()

    @rule(situacion=st.sampled_from([None, *Situacion]))
    def se_carga_la_lista(self, situacion: Situacion | None) -> None:
        self.dia += timedelta(seconds=1)
        listados = {} if situacion is None else {AJENO: Listado(Rfc(AJENO), "X", situacion, date(2026, 4, 1))}
        self.revision.listas.guardar(Lista69B(None, listados), self.dia)
        self._cambio()

    @rule(dias=st.sampled_from([None, 100, 10, -1]))
    def cambia_la_efirma(self, dias: int | None) -> None:
        with self.revision.vault.transaction() as tx:
            if dias is None:
                tx.credentials.remove(self.d.tenant)
            else:
                tx.credentials.put(a_sealed(self.d.tenant, a_certificado(until=self.dia + timedelta(days=dias))))
        self._cambio()

    @rule(n=st.sampled_from([None, 1, 4, 12, 14]), renglon=st.integers(1, 2), de_p=st.booleans())
    def se_concilia(self, n: int | None, renglon: int, de_p: bool) -> None:
        if not self.con_banco:
            statement(self.revision)
            self.con_banco = True
        documento = None if n is None else f"{uuid(5)}#0" if de_p else uuid(n)
        matched(self.revision, renglon, documento)
        self._cambio()

    @rule(dias=st.sampled_from([1, 12, 45]))
    def pasa_el_tiempo(self, dias: int) -> None:
        self.dia = min(self.dia + timedelta(days=dias), datetime(2026, 12, 20, tzinfo=UTC))
        self._cambio()

    @rule(data=st.data())
    def se_atiende(self, data: st.DataObject) -> None:
        abiertas = [a for a in self._guardadas() if a.estado is EstadoAlerta.ABIERTA]
        if abiertas:
            alerta = data.draw(st.sampled_from(sorted(abiertas, key=lambda a: str(a.id))))
            self.revision.mark(alerta, EstadoAlerta.ATENDIDA)
            self.vistas.add(alerta.clave)

    def se_revisa(self) -> None:
        self.revision.now = max(self.revision.now, self.dia)
        self.revision.review()
        self.dia = self.revision.now
        self.revisada = True
        for alerta in self._guardadas():
            clave, antes = alerta.clave, self.dichas.get(alerta.clave)
            if antes is not None and _noticia(antes, alerta.hallazgo):
                self.vistas.discard(clave)
            self.dichas[clave] = alerta.hallazgo

    @invariant()
    def son_las_de_los_libros(self) -> None:
        if self.revisada and self.vigiladas != self.cambios:
            self.vigiladas = self.cambios
            vivas = {a.hallazgo for a in self._guardadas() if a.estado is not EstadoAlerta.CERRADA}
            assert vivas == self._de_nuevo()

    @invariant()
    def una_de_cada_clave(self) -> None:
        claves = [a.clave for a in self._guardadas()]
        assert len(claves) == len(set(claves))

    @invariant()
    def lo_atendido_sigue_atendido_mientras_no_haya_noticia(self) -> None:
        for alerta in self._guardadas():
            if alerta.estado is not EstadoAlerta.CERRADA:
                assert (alerta.estado is EstadoAlerta.ATENDIDA) == (alerta.clave in self.vistas)

    def _guardados(self) -> set[str]:
        with self.d.books.open(self.d.tenant) as books:
            return set(books.tables["cfdis"])

    def _guardadas(self) -> tuple[Alerta, ...]:
        with self.d.books.open(self.d.tenant) as books:
            guardadas: tuple[Alerta, ...] = books.alertas.todas()
        return guardadas

    def _de_nuevo(self) -> set[Hallazgo]:
        """What a review finds that knows nothing of the ones before, in the same documents worked out anew."""
        otra = Revision(now=self.revision.now)
        otra.despacho.control.tables = defaultdict(dict, {k: dict(v) for k, v in self.d.control.tables.items()})
        copia = MemoryDatabase()
        origen = self.d.books.databases[self.d.tenant].tables
        deducidas = ("iva_eventos", "iva_mensual", "cfdi_avisos", "isr_movimientos", "isr_mensual")
        copia.tables = defaultdict(
            dict, {k: dict(v) for k, v in origen.items() if not k.startswith("alertas") and k not in deducidas}
        )
        otra.despacho.books.databases[self.d.tenant] = copia
        with otra.despacho.books.open(self.d.tenant) as books:
            books.iva.mark_all()
            recompute(books)
            encadenar(books)
        otra.review()
        with otra.despacho.books.open(self.d.tenant) as books:
            return {a.hallazgo for a in books.alertas.todas()}


class TestHistoria(Historia.TestCase):  # type: ignore[valid-type,misc]
    settings = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
