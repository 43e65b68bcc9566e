"""Every sample of what clients upload ends as it should, each refusal with its own code and a sentence that helps."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from horux_core.kernel.rfc import Rfc
from tests.http.whole import Whole, whole
from tests.samples import shared

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EKU = "EKU9003173C9"
ACCEPTED = 201, "", ""
OUTCOMES: dict[str, tuple[int, str, str]] = {
    "fiel buena persona moral": ACCEPTED,
    "fiel buena persona física": ACCEPTED,
    "csd en vez de fiel": (422, "fiel-is-csd", "CSD"),
    "fiel vencida": (422, "fiel-expired", "13/06/2023"),
    "fiel vencida con Ñ en el nombre": (422, "fiel-expired", "UNIVERSIDAD ROBOTICA ESPAÑOLA SA DE CV"),
    "fiel vencida con Ñ en el RFC": (422, "fiel-expired", "venció"),
    "fiel vencida con & en el RFC": (422, "fiel-expired", "HERRERIA & ELECTRICOS S DE CV"),
    "fiel de AC de pruebas 2017": (422, "fiel-expired", "2021"),
    "Ñ y vigente": ACCEPTED,
    "aún no vigente": (422, "fiel-not-yet-valid", "2033"),
    "contraseña equivocada": (422, "fiel-password-wrong", "mayúsculas"),
    "contraseña vacía": (422, "fiel-password-missing", "contraseña"),
    "contraseña con espacio final": (422, "fiel-password-wrong", "espacio"),
    "llave de otro certificado": (422, "fiel-key-mismatch", "no corresponde"),
    "cer de la FIEL con llave del CSD del mismo RFC": (422, "fiel-key-mismatch", "no corresponde"),
    "archivos cruzados": (422, "fiel-files-swapped", "cambiados"),
    "PEM en lugar de DER": ACCEPTED,
    "llave sin cifrar": (422, "fiel-key-unencrypted", "no está protegida"),
    "llave AES-256": ACCEPTED,
    "contraseña no ASCII (UTF-8)": ACCEPTED,
    "contraseña no ASCII (Latin-1)": ACCEPTED,
    "pfx": (422, "fiel-is-pfx", "PFX"),
    "cer cortado": (422, "fiel-file-truncated", "cortado"),
    "key vacía": (422, "fiel-file-empty", "vacío"),
    "HTML como cer": (422, "fiel-file-is-page", "página"),
    "FIEL de otro contribuyente": (422, "fiel-rfc-mismatch", "CACX7605101P8"),
}


@dataclass(frozen=True)
class Product:
    whole: Whole
    operator: dict[str, str]

    def upload(self, rfc: str, cer: bytes, key: bytes, password: str) -> Any:
        if rfc not in self._known():
            self.whole.take_in(rfc)
        headers = {**self.operator, "X-View-Tenant": rfc.replace("Ñ", "%C3%91").replace("&", "%26")}
        files = {"cer": ("fiel.cer", cer), "key": ("fiel.key", key)}
        return self.whole.http.post("/api/fiel", files=files, data={"password": password}, headers=headers)

    def _known(self) -> set[Rfc]:
        with self.whole.horux.gateways.memory().transaction() as tables:
            return {tenant.rfc for tenant in tables["tenants"].values()}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with whole(tmp_path_factory.mktemp("datos"), clock=lambda: AT) as built:
        yield Product(built, built.credential("operator"))


def cases() -> dict[str, dict[str, str]]:
    index = json.loads((_samples() / "INDEX.json").read_text(encoding="utf-8"))
    return {case["caso"]: case for case in index["casos"]}


def _samples() -> Path:
    return shared("samples", "fiel")


def test_every_sample_is_tried() -> None:
    assert cases().keys() == OUTCOMES.keys()
    for name, case in cases().items():
        status, code, _ = OUTCOMES[name]
        meant = "accept" if status == 201 else "reject"
        assert meant in case["expect"].split("|"), (name, code)


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_sample_ends_as_it_should(product: Product, name: str) -> None:
    case = cases()[name]
    rfc = case.get("tenant") or case.get("rfc") or _rfc(case["cer"])
    cer, key = ((_samples() / case[part]).read_bytes() for part in ("cer", "key"))
    answer = product.upload(rfc, cer, key, case["password"])
    status, code, words = OUTCOMES[name]
    told = answer.json()
    assert (answer.status_code, told.get("code", "")) == (status, code), answer.text
    assert words in told.get("detail", "")
    assert not case["password"] or case["password"] not in answer.text
    if status == 201:
        assert (told["rfc"], told["estado"]) == (rfc, "vigente_sin_ocsp")


def _rfc(cer: str) -> str:
    """Where the case does not say to whom it is uploaded: the certificate's own, so that nothing else is wrong."""
    index = json.loads((_samples() / "INDEX.json").read_text(encoding="utf-8"))
    return next((file["rfc"] for file in index["archivos"] if file["file"] == cer and file.get("rfc")), EKU)
