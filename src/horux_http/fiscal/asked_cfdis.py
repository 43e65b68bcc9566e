"""What the list's form asks for: read with patience, as an address may be written by hand, and written back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from horux_core.fiscal.cfdi.model import PPD, PUE, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Filter
from horux_http.browser.forms import Refused
from horux_http.browser.typed import day

FIELDS = ("q", "desde", "hasta", "tipo", "metodoPago", "estado", "direccion", "revisar")
_FIELD = {
    "texto": "q", "desde": "desde", "hasta": "hasta", "tipo": "tipo", "metodo_pago": "metodoPago", "estado": "estado",
    "direccion": "direccion", "por_revisar": "revisar",
}  # fmt: skip
_CALLED = {
    "q": "texto", "desde": "desde", "hasta": "hasta", "tipo": "tipo", "metodoPago": "método", "estado": "estado",
    "direccion": "dirección", "revisar": "por revisar",
}  # fmt: skip
"""A field as the form calls it."""
_LONGEST = 200
_Option = TypeVar("_Option", bound=StrEnum)


class Metodo(StrEnum):
    """How an invoice is paid, of those that are looked for."""

    PUE = PUE
    PPD = PPD


@dataclass(frozen=True, slots=True)
class AskedCfdis:
    """The filter of an address; `refused` says which of its fields cannot be read: those do not narrow."""

    values: Mapping[str, str]
    wanted: Filter
    refused: Refused
    cursor: str | None = None

    def to(self, path: str = "/cfdi", **changes: str) -> str:
        """The address with these fields in place of its own, empty ones left out."""
        pairs = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def calls(self, field: str) -> str:
        """A field of the filter in words."""
        return _CALLED[_FIELD[field]]

    def without(self, field: str) -> str:
        """The address without a field of the filter."""
        return self.to(**{_FIELD[field]: ""})


def asked_cfdis(sent: Mapping[str, str]) -> AskedCfdis:
    values = {name: sent.get(name, "").strip()[:_LONGEST] for name in FIELDS}
    values["q"] = values["q"] or sent.get("rfc", "").strip()[:_LONGEST]
    wrong: dict[str, str] = {}
    desde, hasta = _day("desde", values, wrong), _day("hasta", values, wrong)
    if values["q"] and not values["q"].isprintable():
        wrong["q"] = "Trae caracteres que no se buscan."
    if desde and hasta and hasta < desde:
        wrong["hasta"] = "Es anterior al día desde el que buscas."
    wanted = Filter(
        desde=desde,
        hasta=hasta,
        tipo=_option(Tipo, "tipo", values, wrong),
        metodo_pago=_option(Metodo, "metodoPago", values, wrong),
        estado=_option(Estado, "estado", values, wrong),
        direccion=_option(Direccion, "direccion", values, wrong),
        texto=None if "q" in wrong else values["q"] or None,
        por_revisar=bool(values["revisar"]),
    )
    refused = Refused(next(iter(wrong.values()), ""), "filtro-invalido", wrong)
    return AskedCfdis(values, wanted, refused, sent.get("cursor") or None)


def _option(kind: type[_Option], name: str, values: Mapping[str, str], wrong: dict[str, str]) -> _Option | None:
    found = next((each for each in kind if each.value == values[name]), None)
    if values[name] and found is None:
        wrong[name] = f"«{values[name]}» no es una opción de {_CALLED[name]}."
    return found


def _day(name: str, values: Mapping[str, str], wrong: dict[str, str]) -> date | None:
    if not values[name]:
        return None
    try:
        return day(values[name])
    except ValueError:
        wrong[name] = "Escribe el día como 2026-03-31."
        return None
