"""Every case of the shared samples ends as their index says, and every file reads as it says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.efirmas import an_autoridad
from horux_adapters.crypto.authorities import authorities
from horux_adapters.crypto.fiel import X509Inspector
from horux_core.fiel.inspecting import inspect
from horux_core.fiel.model import Inspected, Upload
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.rfc import Rfc
from tests.samples import shared

NOW = datetime(2026, 11, 25, 18, tzinfo=UTC)
TENANT = "EKU9003173C9"
CODES = {
    "fiel buena persona moral": None,
    "fiel buena persona física": None,
    "csd en vez de fiel": "fiel-is-csd",
    "fiel vencida": "fiel-expired",
    "fiel vencida con Ñ en el nombre": "fiel-expired",
    "fiel vencida con Ñ en el RFC": "fiel-expired",
    "fiel vencida con & en el RFC": "fiel-expired",
    "fiel de AC de pruebas 2017": "fiel-expired",
    "Ñ y vigente": None,
    "aún no vigente": "fiel-not-yet-valid",
    "contraseña equivocada": "fiel-password-wrong",
    "contraseña vacía": "fiel-password-missing",
    "contraseña con espacio final": "fiel-password-wrong",
    "llave de otro certificado": "fiel-key-mismatch",
    "cer de la FIEL con llave del CSD del mismo RFC": "fiel-key-mismatch",
    "archivos cruzados": "fiel-files-swapped",
    "PEM en lugar de DER": None,
    "llave sin cifrar": "fiel-key-unencrypted",
    "llave AES-256": None,
    "contraseña no ASCII (UTF-8)": None,
    "contraseña no ASCII (Latin-1)": None,
    "pfx": "fiel-is-pfx",
    "cer cortado": "fiel-file-truncated",
    "key vacía": "fiel-file-empty",
    "HTML como cer": "fiel-file-is-page",
    "FIEL de otro contribuyente": "fiel-rfc-mismatch",
}


def _index(part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shared("samples", "fiel", "INDEX.json").read_text(encoding="utf-8"))[part]
    return found


def _octets(name: str) -> bytes:
    return shared("samples", "fiel", name).read_bytes()


def _outcome(case: dict[str, Any], inspector: X509Inspector) -> HoruxError | Inspected:
    upload = Upload(_octets(case["cer"]), _octets(case["key"]), case["password"])
    try:
        return inspect(inspector, upload, Rfc(case.get("tenant") or case.get("rfc") or TENANT), NOW)
    except HoruxError as refused:
        return refused


def test_every_case_of_the_index_has_its_code() -> None:
    assert {case["caso"] for case in _index("casos")} == set(CODES)


@pytest.mark.parametrize("name", CODES)
def test_a_case_ends_as_the_index_says(name: str) -> None:
    case = next(case for case in _index("casos") if case["caso"] == name)
    found = _outcome(case, X509Inspector())
    assert (found.code if isinstance(found, HoruxError) else None) == CODES[name]
    assert ("reject" if isinstance(found, HoruxError) else "accept") in case["expect"]
    if isinstance(found, Inspected):
        assert found.certificado.rfc == case.get("rfc", TENANT)


def test_certificates_read_as_the_index_says() -> None:
    read = 0
    for entry in _index("archivos"):
        if "no_certificado" not in entry:
            continue
        facts = X509Inspector().certificate(_octets(entry["file"]))
        holder = " / ".join(filter(None, (entry["rfc"], entry["rfc_representante"])))
        assert (facts.holder, facts.nombre, facts.numero) == (holder, entry["nombre"], entry["no_certificado"])
        assert facts.valido_desde == datetime.fromisoformat(entry["valido_desde"])
        assert facts.valido_hasta == datetime.fromisoformat(entry["valido_hasta"])
        assert facts.has_branch == (entry["ou"] is not None)
        assert facts.has_extended_usage == (entry["tipo"] == "FIEL")
        read += 1
    assert read == 10


def test_an_expired_one_tells_its_day_and_its_holder() -> None:
    case = next(case for case in _index("casos") if case["caso"] == "fiel vencida con Ñ en el nombre")
    assert "UNIVERSIDAD ROBOTICA ESPAÑOLA SA DE CV venció el 13/06/2023" in str(_outcome(case, X509Inspector()))


def test_where_the_sat_is_known_an_invented_authority_is_refused(tmp_path: Path) -> None:
    """No certificate of an authority is among the samples; any other authority refuses the invented one."""
    (tmp_path / "ac.cer").write_bytes(an_autoridad().cer)
    case = next(case for case in _index("casos") if case["caso"] == "Ñ y vigente")
    found = _outcome(case, X509Inspector(authorities(tmp_path)))
    assert isinstance(found, HoruxError)
    assert (found.code, found.facts) == ("fiel-issuer-unknown", {"emisor": "AC SINTETICA DE PRUEBA"})
