"""The form of what the XML does not say, from its texts to a correction."""

from datetime import datetime, time
from decimal import Decimal

from horux_core.fiscal.cfdi.model import DestinoIva, Estado
from horux_core.fiscal.cfdi.stored import Correction, StoredCfdi
from horux_core.fiscal.errors import CorreccionInvalida
from horux_core.kernel.same import SAME, Same
from horux_http.browser.forms import Form
from horux_http.browser.typed import Mistyped, Writing, day

_FIELDS = ("estado", "fechaCancelacion", "destinoIva", "acreditablePct", "tipoCambio")
_PORCENTAJE = Writing("el porcentaje, de 0 a 100,", "8.5", decimals=4, whole=3)
RATE = Writing("el tipo de cambio", "18.5432", decimals=6, whole=6)


def judged(form: Form) -> Correction:
    """A field that was not in the form is left as it is; an empty one is taken away. Raises CorreccionInvalida."""
    estado = _estado(form)
    cancelado = estado is Estado.CANCELADO
    return Correction(
        estado=estado,
        fecha_cancelacion=_fecha(form) if cancelado else SAME,
        destino_iva=_destino(form),
        acreditable_pct=_numero(form, "acreditablePct", _PORCENTAJE),
        tipo_cambio_capturado=_numero(form, "tipoCambio", RATE),
    )


def shown_values(stored: StoredCfdi) -> dict[str, str]:
    """What its fields hold before anybody changes them."""
    cuando, pct, cambio = stored.fecha_cancelacion, stored.acreditable_pct, stored.tipo_cambio_capturado
    destino = stored.destino_iva
    values = (
        stored.estado.value,
        "" if cuando is None else cuando.date().isoformat(),
        "" if destino is None else destino.value,
        "" if pct is None else format(pct.normalize(), "f"),
        "" if cambio is None else format(cambio, "f"),
    )
    return dict(zip(_FIELDS, values, strict=True))


def _estado(form: Form) -> Estado | Same:
    if "estado" not in form.sent:
        return SAME
    try:
        return Estado(form["estado"])
    except ValueError:
        raise CorreccionInvalida("El estado es vigente o cancelado.", campo="estado") from None


def _fecha(form: Form) -> datetime | Same:
    if not form["fechaCancelacion"]:
        return SAME
    try:
        return datetime.combine(day(form["fechaCancelacion"]), time())
    except ValueError:
        raise CorreccionInvalida("Escribe el día como 2026-02-03.", campo="fechaCancelacion") from None


def _destino(form: Form) -> DestinoIva | Same | None:
    if "destinoIva" not in form.sent:
        return SAME
    if not form["destinoIva"]:
        return None
    try:
        return DestinoIva(form["destinoIva"])
    except ValueError:
        raise CorreccionInvalida("El destino es gravado, mixto o exento.", campo="destinoIva") from None


def _numero(form: Form, name: str, writing: Writing) -> Decimal | Same | None:
    if name not in form.sent:
        return SAME
    try:
        return writing.maybe(form[name], name)
    except Mistyped as error:
        raise CorreccionInvalida(str(error), campo=name) from None
