"""What a body or a parameter has wrong, told in Spanish field by field and without repeating what was sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from litestar.connection import ASGIConnection
from litestar.enums import ParamType
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from horux_http.texts import TextUnprintable, printable


class Fault(TypedDict):
    """One thing to correct: the member, as a path, and what it should be."""

    campo: str
    detalle: str


_KINDS = {
    "str": "un texto",
    "int": "un número entero",
    "float": "un número",
    "bool": "true o false",
    "array": "una lista",
    "object": "un objeto",
    "null": "null",
    "decimal": "un importe",
    "uuid": "un UUID",
    "date": "una fecha AAAA-MM-DD",
    "datetime": "una fecha con hora",
}
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"missing required field"), "Falta este campo."),
    (re.compile(r"contains unknown field"), "Este campo no existe; retíralo."),
    (re.compile(r"Invalid enum value|Invalid value"), "No es uno de los valores permitidos."),
    (re.compile(r"Invalid UUID"), "Debe ser un UUID."),
    (re.compile(r"Invalid RFC3339 encoded datetime"), "Debe ser una fecha con hora y zona, como 2026-01-31T12:00:00Z."),
    (re.compile(r"Invalid RFC3339 encoded date"), "Debe ser una fecha como 2026-01-31."),
    (re.compile(r"Invalid decimal string"), 'Debe ser un importe en texto, como "1600.00".'),
    (re.compile(r"repeated parameter"), "Viene más de una vez: manda uno solo."),
    (re.compile(r"out of range"), "El número está fuera de lo que se puede guardar."),
    (re.compile(r"matching regex"), "No tiene la forma esperada."),
    (re.compile(r"of length >= (\d+)"), r"Debe tener al menos \1 elementos o caracteres."),
    (re.compile(r"of length <= (\d+)"), r"Debe tener cuando más \1 elementos o caracteres."),
    (re.compile(r"`(?:int|float|decimal)` >= (-?[\d.]+)"), r"Debe ser \1 o más."),
    (re.compile(r"`(?:int|float|decimal)` <= (-?[\d.]+)"), r"Debe ser \1 o menos."),
    (re.compile(r"`(?:int|float|decimal)` > (-?[\d.]+)"), r"Debe ser más de \1."),
    (re.compile(r"`(?:int|float|decimal)` < (-?[\d.]+)"), r"Debe ser menos de \1."),
)
_EXPECTED = re.compile(r"Expected `([a-z0-9 |]+)`")
_FIELD = re.compile(r"field `([^`]{1,80})`")
_PATH = re.compile(r"`(?:key in )?\$\.?([^`]{0,200})`$")
_INTEGER = re.compile(r"-?[0-9]+")
_PARAMETER = re.compile(r"^(?:400: )?Missing required \w+ parameter '([A-Za-z0-9_.-]{1,80})'")


def fault(message: str, at: str = "") -> Fault:
    """A finding of msgspec, whose own path, when it gives one, goes below `at`."""
    path = _PATH.search(message)
    inner = path[1] if path else ""
    named = _FIELD.search(message)
    where = ".".join(part for part in (at, inner, named[1] if named else "") if part)
    return {"campo": where or "cuerpo", "detalle": _sentence(message)}


async def plain_query(request: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse a parameter that comes twice, of which one would be taken, and a number that is not written as one.

    A page asks for it once its frame is there, so as to say so inside it. Raises ValidationException or
    TextUnprintable.
    """
    if "frame" not in handler.parsed_fn_signature.parameters:
        require_plain_query(request)


def require_plain_query(request: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raises what `plain_query` does."""
    wrong = []
    for name, field, alias in _of_query(request.route_handler):
        sent = request.query_params.getall(alias, [])
        whole = int in (field.annotation, *(inner.annotation for inner in field.inner_types))
        if len(sent) > 1 and not field.is_non_string_sequence:
            wrong.append({"key": name, "message": "repeated parameter"})
        elif whole and sent and not _INTEGER.fullmatch(sent[0]):
            wrong.append({"key": name, "message": "Expected `int`"})
        elif not all(map(printable, sent)):
            raise TextUnprintable(alias)
    if wrong:
        raise ValidationException(extra=wrong)


def api_names(handler: object) -> dict[str, str]:
    """By its name in our code, that of each parameter in the query of the route, if it came to one."""
    return {name: alias for name, _, alias in _of_query(handler)} if isinstance(handler, BaseRouteHandler) else {}


def _of_query(handler: BaseRouteHandler) -> Iterator[tuple[str, FieldDefinition, str]]:
    for name, field in handler.parsed_fn_signature.parameters.items():
        said = field.kwarg_definition
        if isinstance(said, ParameterKwarg) and said.param_type is ParamType.QUERY and not field.is_di_field:
            yield name, field, said.name or name


def faults(extra: object, detail: str, names: Mapping[str, str]) -> list[Fault]:
    """What Litestar found wrong with the parameters of a request, each by its name in the API."""
    missing = _PARAMETER.match(detail)
    if missing:
        return [{"campo": missing[1], "detalle": "Falta este parámetro."}]
    found: Sequence[Any] = extra if isinstance(extra, list) else []
    return [_of_parameter(one, names) for one in found if isinstance(one, dict)]


def _of_parameter(one: dict[str, Any], names: Mapping[str, str]) -> Fault:
    key, message = str(one.get("key", "")), str(one.get("message", ""))
    if key == "data":
        return {
            "campo": "cuerpo",
            "detalle": "Falta el cuerpo de la solicitud." if message == "'data'" else _sentence(message),
        }
    return {"campo": names.get(key, key)[:80] or "parámetros", "detalle": _sentence(message)}


def _sentence(message: str) -> str:
    for pattern, sentence in _SENTENCES:
        found = pattern.search(message)
        if found:
            return found.expand(sentence)
    expected = _EXPECTED.search(message)
    kinds = [_KINDS[kind.strip()] for kind in expected[1].split("|") if kind.strip() in _KINDS] if expected else []
    return f"Debe ser {' o '.join(kinds)}." if kinds else "No es válido."
