"""A believable year of a small trading company: what it sells, buys, pays and is paid."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from horux_adapters.demo.writing import Invoice, Line, Party, Writer
from horux_core.kernel.importe import centavos
from horux_core.kernel.periodo import Periodo

CLIENT = Party("CHB210315KA7", "COMERCIALIZADORA HORUS DEL BAJIO", "601", "37000")

_PUBLIC = Party("XAXX010101000", "PUBLICO EN GENERAL", "616", CLIENT.cp)
_ABROAD = Party("XEXX010101000", "NORTHWIND FOODS LLC", "616", CLIENT.cp)
_CUSTOMERS = (
    Party("AGR150612QT2", "AGROINDUSTRIAS ÑUÑOA", "601", "36100"),
    Party("HOT090827LK8", "HOTELES DE LA SIERRA GORDA", "601", "76000"),
    Party("REC180403MN8", "RESTAURANTES EL CARDENAL Y COMPAÑIA", "601", "06000"),
    Party("MEGL850214HB9", "LAURA MENDEZ GARCIA", "612", "37160"),
    Party("DIS120930PQ2", "DISTRIBUIDORA DEL CENTRO", "601", "20000"),
)
_SUPPLIERS = (
    Party("EMP030219TR1", "EMPAQUES PLASTICOS DEL NORTE", "601", "66200"),
    Party("CAF110705WX2", "CAFES DE ALTURA COATEPEC", "601", "91500"),
    Party("MAQ980116JSA", "MAQUINARIA Y REFACCIONES QUERETANAS", "601", "76120"),
)
_UTILITIES = (
    Party("LUZ040601AB4", "SUMINISTRADORA ELECTRICA NACIONAL", "601", "06600"),
    Party("TEL990420CD9", "TELECOMUNICACIONES DEL CENTRO", "601", "11000"),
)
_LANDLORD = Party("HERM700925GT5", "MARIA HERNANDEZ RUIZ", "606", "37000")
_LAWYER = Party("ORTJ780311KD9", "JAVIER ORTEGA TREJO", "612", "37000")
_CARRIER = Party("FLE140826NM8", "FLETES Y MUDANZAS EL RAYO", "624", "37290")
_GAS = Party("GAS071105FG4", "GASOLINERA LAS TORRES", "601", "37010")
_STAFF = (
    (Party("PEGA900412RS3", "ANA PEREZ GOMEZ", "605", "37000"), Decimal("9800.00")),
    (Party("RAML880730TV4", "LUIS RAMIREZ MORA", "605", "37150"), Decimal("12400.00")),
    (Party("SOCE950118UW4", "ELENA SOTO CRUZ", "605", "37200"), Decimal("16250.00")),
)
_GOODS = ("Café tostado en grano", "Café molido", "Empaque al vacío", "Molino para café", "Cafetera industrial")
_SEASON = (8, 8, 9, 9, 10, 9, 9, 10, 10, 11, 13, 14)
_RENT_ISR, _RENT_IVA, _FREIGHT_IVA = Decimal("0.10"), Decimal("0.106667"), Decimal("0.04")


def year(until: date, seed: int = 360) -> list[tuple[str, bytes]]:
    """File names and XML of the twelve whole months before `until`. Same day and seed, same bytes."""
    writer = Writer(Random(seed))  # noqa: S311 a story, not a secret
    story = _Story(writer, until)
    for month in _months(until):
        story.tell(month)
    return writer.written


def _months(until: date) -> Iterator[Periodo]:
    month = Periodo.of(until)
    for _ in range(12):
        month = month.anterior()
    for _ in range(12):
        yield month
        month = month.siguiente()


class _Story:
    def __init__(self, writer: Writer, until: date) -> None:
        self._writer = writer
        self._last = datetime.combine(until, time(9)) - timedelta(days=1)
        self._random = writer.random
        self._folio = 0
        self._owed: list[tuple[Invoice, Decimal, int]] = []

    def tell(self, month: Periodo) -> None:
        self._collect(month)
        self._sell(month)
        self._buy(month)
        self._pay_staff(month)

    def _sell(self, month: Periodo) -> None:
        for _ in range(_SEASON[month.mes - 1]):
            sold = self._issued(month, self._random.choice(_CUSTOMERS), self._goods(1_500, 38_000))
            if self._random.random() < 0.08:
                self._credit(sold)
        for customer in self._random.sample(_CUSTOMERS, 3):
            big = self._issued(month, customer, self._goods(20_000, 90_000), metodo="PPD", forma="99")
            self._owed.append((big, big.total, 1))
        counter = Line("50201706", "Venta de mostrador del mes", self._amount(18_000, 42_000))
        self._issued(month, _PUBLIC, (counter,), day=28, uso="S01", forma="01")
        if month.mes % 3 == 0:
            beans = Line("50201706", "Café de exportación", self._amount(2_000, 6_000), Decimal("0.000000"))
            rate = Decimal(self._random.randint(171_000, 189_000)) / 10_000
            self._issued(month, _ABROAD, (beans,), uso="S01", moneda="USD", tipo_cambio=rate)

    def _buy(self, month: Periodo) -> None:
        for supplier in _SUPPLIERS:
            goods = (Line("24121500", "Material y mercancía", self._amount(9_000, 45_000)),)
            bought = self._received(month, supplier, goods, metodo="PPD", forma="99", uso="G01")
            self._owed.append((bought, bought.total, 1))
        for utility, low, high in zip(_UTILITIES, (4_000, 1_800), (9_500, 2_600), strict=True):
            self._received(month, utility, (Line("83101800", "Servicio del mes", self._amount(low, high)),))
        rent = Line("80131500", "Renta de bodega", Decimal("28000.00"), ret_isr=_RENT_ISR, ret_iva=_RENT_IVA)
        self._received(month, _LANDLORD, (rent,), day=3)
        freight = Line("78101800", "Flete a Querétaro", self._amount(2_500, 7_000), ret_iva=_FREIGHT_IVA)
        self._received(month, _CARRIER, (freight,))
        self._received(month, _GAS, (Line("15101514", "Gasolina regular", self._amount(700, 1_600)),), forma="04")
        if month.mes % 2 == 0:
            fee = Line("80121600", "Asesoría legal", self._amount(5_000, 12_000), ret_isr=_RENT_ISR, ret_iva=_RENT_IVA)
            self._received(month, _LAWYER, (fee,))
        if month.mes % 4 == 1:
            tools = (Line("27111700", "Herramienta", self._amount(2_400, 4_800)),)
            self._received(month, _SUPPLIERS[2], tools, forma="01")

    def _collect(self, month: Periodo) -> None:
        """What was left owing is paid, whole or half, and stamped some days after."""
        owed, self._owed = self._owed, []
        for invoice, left, part in owed:
            if self._random.random() < 0.15:
                self._owed.append((invoice, left, part))
                continue
            paid = left if self._random.random() < 0.7 else centavos(left / 2)
            when = self._moment(month, self._random.randint(4, 26))
            stamped = max(when, min(when + timedelta(days=self._random.randint(0, 6)), self._last))
            self._writer.payment(invoice, paid, left, part, when, stamped)
            if paid < left:
                self._owed.append((invoice, left - paid, part + 1))

    def _pay_staff(self, month: Periodo) -> None:
        for day in (15, 28):
            for employee, pay in _STAFF:
                isr, imss = centavos(pay * Decimal("0.098")), centavos(pay * Decimal("0.0277"))
                self._writer.payroll(CLIENT, employee, pay, isr, imss, datetime(month.anio, month.mes, day, 18))

    def _credit(self, sold: Invoice) -> None:
        part = replace(sold.lines[0], importe=centavos(sold.lines[0].importe / 5), descripcion="Devolución")
        back = replace(
            sold, uuid=self._writer.uuid(), serie="NC", fecha=sold.fecha + timedelta(days=1), lines=(part,), tipo="E",
            uso="G02", relacion=("03", sold.uuid),
        )  # fmt: skip
        self._writer.invoice(back)

    def _issued(self, month: Periodo, to: Party, lines: tuple[Line, ...], **more: object) -> Invoice:
        return self._invoice(month, CLIENT, to, lines, "A", more)

    def _received(self, month: Periodo, by: Party, lines: tuple[Line, ...], **more: object) -> Invoice:
        return self._invoice(month, by, CLIENT, lines, "F", more)

    def _invoice(
        self, month: Periodo, by: Party, to: Party, lines: tuple[Line, ...], serie: str, more: dict[str, object]
    ) -> Invoice:
        self._folio += 1
        day = int(str(more.pop("day", self._random.randint(2, 27))))
        uso = str(more.pop("uso", "G03"))
        plain = Invoice(self._writer.uuid(), serie, self._folio, self._moment(month, day), by, to, uso, lines)
        return self._writer.invoice(replace(plain, **more))  # type: ignore[arg-type]

    def _goods(self, low: int, high: int) -> tuple[Line, ...]:
        names = self._random.sample(_GOODS, self._random.choice((1, 1, 2)))
        return tuple(Line("50201706", name, self._amount(low, high)) for name in names)

    def _amount(self, low: int, high: int) -> Decimal:
        return Decimal(self._random.randint(low * 100, high * 100)) / 100

    def _moment(self, month: Periodo, day: int) -> datetime:
        return datetime(
            month.anio,
            month.mes,
            day,
            self._random.randint(9, 18),
            self._random.randint(0, 59),
            self._random.randint(0, 59),
        )
