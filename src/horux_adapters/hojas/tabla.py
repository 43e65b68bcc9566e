"""From the lines of a sheet to the movements of a statement, strictly: what is not understood is told."""

from collections.abc import Sequence
from decimal import Decimal

from horux_adapters.hojas.columnas import Columnas, Renglon, encontradas
from horux_adapters.hojas.cotas import MAX_TEXTO
from horux_adapters.hojas.fechas import Fechas
from horux_adapters.hojas.importes import VACIOS, Importes
from horux_adapters.hojas.textos import llano
from horux_core.fiscal.conciliacion.errors import (
    ColumnasNoReconocidas,
    EstadoCuentaSinMovimientos,
    RenglonIlegible,
)
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento
from horux_core.kernel.importe import CERO

_SALDO_O_TOTAL = ("SALDO", "TOTAL", "SUMA", "SUBTOTAL")
_ENTRA = {"+", "ABONO", "A", "DEPOSITO", "CREDITO", "H", "HABER", "CR", "INGRESO"}
_SALE = {"-", "CARGO", "RETIRO", "DEBITO", "DEBE", "DB", "EGRESO"}


def estado_de(renglones: Sequence[Renglon]) -> EstadoCuenta:
    """Raises ColumnasNoReconocidas, RenglonIlegible, FechasAmbiguas or EstadoCuentaSinMovimientos."""
    hallado = encontradas(renglones)
    if hallado is None:
        raise ColumnasNoReconocidas
    desde, columnas = hallado
    lector = _Lector(renglones[desde:], columnas)
    movimientos = tuple(m for m in map(lector.leer, renglones[desde:]) if m is not None)
    if not movimientos:
        raise EstadoCuentaSinMovimientos
    return EstadoCuenta(movimientos)


class _Lector:
    def __init__(self, renglones: Sequence[Renglon], columnas: Columnas) -> None:
        self._c = columnas
        self._fechas = Fechas(_celda(r, columnas.fecha) for r in renglones)
        self._importes = Importes(_celda(r, lugar) for r in renglones for lugar in columnas.de_dinero)
        self._signos = _signos(renglones, columnas.tipo)

    def leer(self, renglon: Renglon) -> Movimiento | None:
        """None for a line that holds no movement: blank, a balance, a total, the bank's words below."""
        descripcion = self._texto(renglon, self._c.descripcion, "descripción")
        referencia = self._texto(renglon, self._c.referencia, "referencia")
        fecha = self._fechas.leer(_celda(renglon, self._c.fecha))
        hay_dinero = any(not _vacia(_celda(renglon, lugar)) for lugar in self._c.de_dinero)
        if fecha is None:
            if hay_dinero and not self._es_resumen(renglon):
                raise RenglonIlegible(renglon.linea, "fecha")
            return None
        if not hay_dinero:
            saldo = _celda(renglon, self._c.saldo)
            if not _vacia(saldo) or self._es_resumen(renglon):
                return None
            raise RenglonIlegible(renglon.linea, "importe")
        importe = self._importe(renglon)
        if importe == CERO:
            return None
        saldo = self._importes.leer(_celda(renglon, self._c.saldo) or "")
        return Movimiento(fecha, importe, descripcion or referencia, referencia, saldo, renglon.linea)

    def _importe(self, renglon: Renglon) -> Decimal:
        """Above zero when it came in."""
        if self._c.importe is not None:
            importe = self._leer(renglon, self._c.importe, "importe")
            if not self._signos:
                return importe
            entra = self._signos.get(llano(str(_celda(renglon, self._c.tipo) or "")))
            if entra is None:
                raise RenglonIlegible(renglon.linea, "tipo")
            return abs(importe) if entra else -abs(importe)
        cargo = abs(self._leer(renglon, self._c.cargo, "cargo"))
        abono = self._leer(renglon, self._c.abono, "abono")
        if abono < 0 or (cargo and abono):
            raise RenglonIlegible(renglon.linea, "abono")
        return abono - cargo

    def _leer(self, renglon: Renglon, lugar: int | None, nombre: str) -> Decimal:
        celda = _celda(renglon, lugar)
        if _vacia(celda):
            return CERO
        importe = self._importes.leer(celda)
        if importe is None:
            raise RenglonIlegible(renglon.linea, nombre)
        return importe

    def _texto(self, renglon: Renglon, lugares: Sequence[int], nombre: str) -> str:
        textos = [" ".join(str(celda).split()) for lugar in lugares if not _vacia(celda := _celda(renglon, lugar))]
        texto = " ".join(dict.fromkeys(textos))
        if len(texto) > MAX_TEXTO:
            raise RenglonIlegible(renglon.linea, nombre)
        return texto

    def _es_resumen(self, renglon: Renglon) -> bool:
        """A total or balance says so at the start of one of its texts."""
        return any(isinstance(celda, str) and llano(celda).startswith(_SALDO_O_TOTAL) for celda in renglon.celdas)


def _celda(renglon: Renglon, lugar: int | None) -> object:
    return renglon.celdas[lugar] if lugar is not None and lugar < len(renglon.celdas) else None


def _vacia(celda: object) -> bool:
    return celda is None or (isinstance(celda, str) and llano(celda) in VACIOS)


def _signos(renglones: Sequence[Renglon], tipo: int | None) -> dict[str, bool]:
    """What the words of the column of kinds mean: True came in. Empty when it tells no sign.

    A lone C is a charge beside A for abono, and a credit beside D for debit.
    """
    dichas = {llano(str(celda)) for r in renglones if not _vacia(celda := _celda(r, tipo)) or celda == "-"}
    signos = dict.fromkeys(dichas & _ENTRA, True) | dict.fromkeys(dichas & _SALE, False)
    if "C" in dichas and dichas & {"A", "D"}:
        signos |= {"C": "A" not in dichas} | ({"D": False} if "D" in dichas and "A" not in dichas else {})
    return signos
