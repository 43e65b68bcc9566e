"""The catalogue is that of alertas.json, and every code of it is decided or is told why not."""

import json
import re
from typing import Any

from horux_core.fiscal.alertas.catalogo import CATALOGO
from horux_core.fiscal.alertas.decidiendo import REGLAS, decidir
from horux_core.fiscal.alertas.model import Severidad
from horux_core.fiscal.alertas.usos import REGIMENES_DE_USO
from tests.core.fiscal.alertas.libros import hechos
from tests.samples import shared

NO_SE_DECIDEN = {
    "RFC_RECEPTOR_AJENO": "se rechaza al importar: el CFDI no llega a guardarse",
    "ES_CSD": "se rechaza al subir: el certificado no llega a guardarse",
    "CANCELACION_EN_PROCESO": "el estatus de la solicitud solo lo da la consulta al SAT, y los libros no lo guardan",
}

PROPIAS = {"DECLARADO_CAMBIADO": "SPEC 3, PUT /declaraciones: el mes se cierra y todo cambio posterior levanta alertas"}


def vectores() -> list[dict[str, Any]]:
    leidos: list[dict[str, Any]] = json.loads(shared("domain", "alertas.json").read_text())["alertas"]
    return leidos


def test_every_code_is_decided_here_or_has_a_reason_not_to_be() -> None:
    codigos = {v["codigo"] for v in vectores()}
    assert len(codigos) == 39
    assert set(CATALOGO) == codigos - set(NO_SE_DECIDEN) | set(PROPIAS)


def test_one_rule_decides_each() -> None:
    decididos = sorted(codigo for regla in REGLAS for codigo in regla.codigos)
    assert decididos == sorted(CATALOGO)


def test_each_is_to_the_letter_that_of_the_vectors() -> None:
    for v in vectores():
        if v["codigo"] in NO_SE_DECIDEN:
            continue
        d = CATALOGO[v["codigo"]]
        assert (d.titulo, d.plazo, d.fundamento, str(d.lado)) == (v["titulo"], v["limite"], v["fundamento"], v["lado"])
        assert [str(s) for s in d.severidades] == re.findall("|".join(Severidad), v["severidad"]), d.codigo


def test_each_says_what_to_do() -> None:
    assert all(d.que_hacer.endswith(".") and len(d.que_hacer) > 20 for d in CATALOGO.values())


def test_the_uses_are_those_of_the_catalogue() -> None:
    usos = json.loads(shared("domain", "catalogos_cfdi.json").read_text())["uso_cfdi"]
    assert {uso: sorted(r) for uso, r in REGIMENES_DE_USO.items()} == {
        u: sorted(v["regimenes"]) for u, v in usos.items()
    }


def test_what_nobody_knows_decides_nothing() -> None:
    sin_nada = decidir(hechos())
    assert sin_nada.hallazgos == ()
    assert sin_nada.decididos == {
        "USO_CFDI_INCOMPATIBLE",
        "USO_S01_GASTO",
        "PUE_FORMA_99",
        "PPD_FORMA_DISTINTA_99",
        "FUERA_72H",
        "RETENCION_ATIPICA",
        "DUPLICADO_POSIBLE",
        "SIN_NOMINA",
        "NOMINA_ISR_CERO",
    }
