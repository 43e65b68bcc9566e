"""Generated books: PPD and PUE of several counterparts and currencies, with their payments and notes, from a seed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from contracts.libros import PROPIO, a_cfdi, a_credit_note, a_payment, an_entry, uuid
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, Direccion, DoctoPagado, Estado, Nomina, Pago, Tipo
from horux_core.fiscal.cfdi.stored import Correction, Entry
from horux_core.fiscal.ports import OpenBooks
from horux_core.kernel.rfc import EXTRANJERO

D = Decimal
HASTA = datetime(2026, 5, 9, 12)
_OTROS = ("URE180429TM6", "XIA190128J61", "IIA040805DZ4", EXTRANJERO)


class Azar:
    """About `n` invoices received and issued in the 400 days up to `HASTA`."""

    def __init__(self, semilla: int, n: int = 24) -> None:
        self.r = Random(semilla)
        self.facturas = [self._factura(i) for i in range(n)]
        self.entries = [an_entry(f, self._lado(f)) for f in self.facturas]
        ligados: list[Callable[[int], Cfdi]] = [self._pago, self._nota, self._nomina]
        for i in range(n, 2 * n):
            documento = self.r.choices(ligados, (6, 2, 1))[0](i)
            self.entries.append(an_entry(documento, self._lado(documento)))

    def enter(self, books: OpenBooks) -> list[Entry]:
        """Into books; some are cancelled, and some get a rate by hand."""
        otro = Random(len(self.entries))
        books.cfdis.enter(self.entries)
        for entry in self.entries:
            if otro.random() < 0.1:
                books.cfdis.correct(entry.cfdi.uuid, Correction(Estado.CANCELADO))
            elif entry.cfdi.moneda == "USD" and otro.random() < 0.2:
                books.cfdis.correct(entry.cfdi.uuid, Correction(tipo_cambio_capturado=D("19.25")))
        return self.entries

    def _lado(self, cfdi: Cfdi) -> Direccion:
        if self.r.random() < 0.04:
            return Direccion.AMBAS
        return Direccion.EMITIDO if cfdi.rfc_emisor == PROPIO else Direccion.RECIBIDO

    def _dia(self) -> datetime:
        return HASTA - timedelta(days=self.r.randrange(400), hours=self.r.randrange(24))

    def _dinero(self) -> Decimal:
        return D(self.r.randint(1, 900_000)) / 100

    def _de(self, cfdi: Cfdi) -> Cfdi:
        otro = self.r.choice(_OTROS)
        propio, nombre = self.r.random() < 0.5, f"NOMBRE {self.r.randint(1, 2)}"
        if propio:
            return replace(cfdi, rfc_receptor=otro, nombre_receptor=nombre)
        return replace(cfdi, rfc_emisor=otro, rfc_receptor=PROPIO, nombre_emisor=nombre)

    def _factura(self, i: int) -> Cfdi:
        usd = self.r.random() < 0.25
        cfdi = a_cfdi(
            i,
            str(self._dinero()),
            fecha_emision=self._dia(),
            metodo_pago=self.r.choice(("PPD", "PPD", "PUE")),
            moneda="USD" if usd else "MXN",
            tipo_cambio=self.r.choice((None, D("17.1234"))) if usd else D(1),
        )
        return self._de(cfdi)

    def _pago(self, i: int) -> Cfdi:
        moneda = self.r.choice(("MXN", "MXN", "USD"))
        doctos = tuple(self._docto(moneda) for _ in range(self.r.randint(1, 3)))
        monto = sum((d.pagado / d.equivalencia for d in doctos), D(0)).quantize(D("0.01"))
        cambio = D(1) if moneda == "MXN" else self.r.choice((D("18.5"), D(1), None))
        pago = Pago(self._dia(), "03", moneda, cambio, monto, None, doctos)
        primera = next((f for f in self.facturas if f.uuid == doctos[0].id_documento), self.facturas[0])
        return replace(a_payment(i, 0), pagos=(pago,), rfc_emisor=primera.rfc_emisor, rfc_receptor=primera.rfc_receptor)

    def _docto(self, moneda: str) -> DoctoPagado:
        factura = self.r.choice(self.facturas)
        propia = factura.moneda if self.r.random() < 0.9 else "MXN"
        por = D(1) if propia == moneda else self.r.choice((D("0.05"), D(20), D(1)))
        pagado = factura.total if self.r.random() < 0.4 else self._dinero()
        ident = factura.uuid if self.r.random() < 0.95 else uuid(9999)
        return DoctoPagado(ident, propia, por, 1, pagado, pagado, D(0), "02", False, Cubetas())

    def _nota(self, i: int) -> Cfdi:
        factura = self.r.randrange(len(self.facturas))
        nota = a_credit_note(
            i,
            factura,
            tipo=self.r.choice(("01", "03", "07", "04")),
            total=str(self._dinero()),
            fecha_emision=self._dia(),
        )
        return replace(
            nota, rfc_emisor=self.facturas[factura].rfc_emisor, rfc_receptor=self.facturas[factura].rfc_receptor
        )

    def _nomina(self, i: int) -> Cfdi:
        pagada = self._dia().date()
        nada = (D(0),) * 8
        nomina = Nomina("O", pagada, None, None, None, *nada, None, None, None)
        return a_cfdi(
            i, str(self._dinero()), tipo=Tipo.NOMINA, fecha_emision=self._dia(), metodo_pago=None, nomina=nomina
        )
