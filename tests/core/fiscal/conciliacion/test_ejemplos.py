"""The vectors of FISCAL.md 7.1."""

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from horux_core.fiscal.conciliacion.emparejando import conciliar
from horux_core.fiscal.conciliacion.model import Candidato, Clase, Parametros, Renglon, Signo
from tests.samples import shared


def _ejemplos() -> dict[str, Any]:
    todos: dict[str, Any] = json.loads(shared("domain", "ejemplos_conciliacion.json").read_text(encoding="utf-8"))
    return todos


def _renglon(crudo: dict[str, str]) -> Renglon:
    dia, monto, signo = date.fromisoformat(crudo["fecha"]), Decimal(crudo["monto"]), Signo(crudo["signo"])
    return Renglon(crudo["id"], "A", dia, monto, signo, crudo["descripcion"])


def _candidato(crudo: dict[str, str]) -> Candidato:
    clase = Clase.PAGO if crudo["tipo"] == "P" else Clase[crudo["metodo"]]
    saldo = crudo.get("monto") or crudo.get("saldo") or crudo["total"]
    signo = Signo.ABONO if crudo["dir"] == "emitido" else Signo.CARGO
    dia = date.fromisoformat(crudo.get("fecha_pago") or crudo["fecha"])
    folio = crudo.get("serie_folio", "")
    return Candidato(crudo["id"], clase, signo, dia, Decimal(saldo), crudo["contraparte"], folio=folio)


def test_the_bank_of_the_example_is_matched_as_it_says() -> None:
    banco = _ejemplos()["banco"]
    resultados = conciliar(map(_renglon, banco["movimientos"]), map(_candidato, banco["documentos"]))
    dichos = {
        r.renglon: (r.estado.value, [list(p.documentos) for p in r.propuestas if p.documentos]) for r in resultados
    }
    esperados = {
        e["movimiento"]: (e["estado"], [e["documentos"]] if e["documentos"] else []) for e in banco["esperado"]
    }
    assert dichos == esperados


def test_the_defaults_are_those_of_the_example() -> None:
    dichos = _ejemplos()["parametros"]
    nuestros = {campo.name: getattr(Parametros(), campo.name) for campo in fields(Parametros)}
    assert {clave: Decimal(str(valor)) for clave, valor in dichos.items()} == {c: nuestros[c] for c in dichos}
