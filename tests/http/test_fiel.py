"""A taxpayer's e.firma over HTTP: kept, shown, used, destroyed; and nothing of the key or its password comes back."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from httpx import Response

from contracts.boveda import a_receipt
from contracts.efirmas import NOMBRE, NOW, REPRESENTANTE, Efirma, an_efirma
from contracts.routes import fiel_form
from horux_core.fiel import receipts
from horux_core.fiel.model import Component
from horux_core.identity.model import Actor
from horux_core.kernel.rfc import Rfc
from horux_core.notifications.letters import FielHealed, FielUploaded, Letter
from tests.http.test_people import delivered
from tests.http.whole import CLIENT, OPERATOR, OTHER, Whole, whole

AT = NOW - timedelta(days=300)
OURS = an_efirma(rfc=CLIENT)
CANARY = "canario-Ñ-9f31"
GUARDED = an_efirma(rfc=CLIENT, number=7, password=CANARY, numero="30001000000500003417")


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Whole]:
    with whole(tmp_path, clock=lambda: AT) as built:
        delivered(built)
        yield built


class Fiels:
    """Asks as somebody, and keeps all that was answered."""

    def __init__(self, product: Whole, who: str = "owner") -> None:
        self._http, self._headers = product.http, product.credential(who)
        self.answers: list[Response] = []

    def __call__(self, method: str, path: str = "", content: bytes | None = None, kind: str = "") -> Response:
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        answer = self._http.request(method, f"/api/fiel{path}", content=content, headers=headers)
        self.answers.append(answer)
        return answer

    def upload(self, efirma: Efirma, password: str | None = None) -> Response:
        return self("POST", "", *fiel_form(efirma, password))

    def parts(self, parts: Mapping[str, bytes], **more: bytes) -> Response:
        boundary = b"linde"
        made = b"".join(
            b'--linde\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), content)
            for name, content in [*parts.items(), *more.items()]
        )
        return self("POST", "", made + b"--%b--\r\n" % boundary, "multipart/form-data; boundary=linde")


@pytest.fixture
def owner(product: Whole) -> Fiels:
    return Fiels(product)


def three(efirma: Efirma = OURS) -> dict[str, bytes]:
    return {"cer": efirma.cer, "key": efirma.key, "password": efirma.password.encode()}


def refused(answer: Response, status: int, code: str) -> str:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    return str(problem["detail"])


def kinds(fiels: Fiels) -> list[str]:
    return [use["tipo"] for use in fiels("GET", "/usos").json()["items"]]


def to_the_operator(product: Whole) -> Letter:
    """The one letter that goes out, to all of the staff and nobody else."""
    mails = delivered(product)
    assert {mail.to for mail in mails} == {OPERATOR, "operator-temporal@cascabel.mx"}
    (letter,) = {mail.letter for mail in mails}
    return letter


def test_is_kept_and_shown_without_anything_secret(product: Whole, owner: Fiels) -> None:
    assert refused(owner("GET"), 404, "fiel-missing")
    answer = owner.upload(OURS)
    assert answer.status_code == 201, answer.text
    until = NOW + timedelta(days=1_096)
    assert answer.json() == {
        "rfc": CLIENT, "nombre": NOMBRE, "rfcRepresentante": REPRESENTANTE, "numeroCertificado": "30001000000500003415",
        "validoDesde": "2025-11-25T18:00:00Z", "validoHasta": until.isoformat().replace("+00:00", "Z"),
        "diasRestantes": 1_396, "estado": "vigente_sin_ocsp", "cadena": "no_revisada",
        "subidaEn": AT.isoformat().replace("+00:00", "Z"),
        "advertencias": [{"codigo": "cadena-no-revisada", "detalle": answer.json()["advertencias"][0]["detalle"]}],
    }  # fmt: skip
    assert owner("GET").json() == answer.json()
    letter = to_the_operator(product)
    assert isinstance(letter, FielUploaded)
    assert letter.subject == "[Cascabel SA de CV] subió su FIEL"
    assert (letter.serial, letter.uploaded_by) == ("30001000000500003415", "owner@cascabel.mx")


def test_another_takes_its_place_and_both_are_in_the_book_of_use(owner: Fiels) -> None:
    owner.upload(OURS)
    assert owner.upload(GUARDED).json()["numeroCertificado"] == "30001000000500003417"
    newest, first = owner("GET", "/usos").json()["items"]
    assert (first["tipo"], newest["tipo"]) == ("alta", "reemplazo")
    assert (first["numero"], newest["numero"], newest["quien"]) == (1, 2, "owner@cascabel.mx")
    assert newest["huellaAnterior"] == first["huella"]
    assert newest["selloId"] != first["selloId"]
    page = owner("GET", "/usos?limit=1").json()
    assert page["items"] == [newest]
    assert owner("GET", f"/usos?limit=1&cursor={page['nextCursor']}").json() == {"items": [first], "nextCursor": None}


def test_every_use_is_shown_with_its_reason(product: Whole, owner: Fiels) -> None:
    owner.upload(OURS)
    tenant = product.horux.gateways.registry().find(Rfc(CLIENT)).id
    asked = frozenset({Component.PRIVATE_KEY})
    with product.horux.use_cases.unseal_fiel()(Actor.system(tenant), "Descarga de marzo", asked, "trabajo 7") as fiel:
        assert fiel.private_key == OURS.key
    use = owner("GET", "/usos").json()["items"][0]
    assert (use["tipo"], use["motivo"], use["origen"]) == ("uso", "Descarga de marzo", "trabajo 7")
    assert {"private_key"} <= set(use["componentes"]) <= {"private_key", "metadata"}


def test_what_it_gives_for_a_receipt_is_read_again_as_one_of_the_vault_s(product: Whole, owner: Fiels) -> None:
    owner.upload(OURS)
    given = owner("DELETE").json()
    (listed,) = owner("GET", "/recibos").json()["items"]
    signer = product.horux.gateways.receipt_signer()
    for told in (given, listed):
        receipt = receipts.loaded(json.dumps(told).encode())
        assert signer.valid(receipts.body(receipt.destruction), receipt.signature)


def test_a_receipt_that_somebody_planted_is_listed_as_such(product: Whole, owner: Fiels) -> None:
    owner.upload(OURS)
    tenant = product.horux.gateways.registry().find(Rfc(CLIENT)).id
    with product.horux.gateways.vault().transaction() as tx:
        tx.receipts.add(a_receipt(tenant))
    owner("DELETE")
    assert [shown["comprobado"] for shown in owner("GET", "/recibos").json()["items"]] == [True, False]


def test_is_destroyed_by_its_owner_for_a_receipt_that_anybody_can_check(owner: Fiels) -> None:
    owner.upload(OURS)
    answer = owner("DELETE")
    assert answer.status_code == 200, answer.text
    receipt = answer.json()
    told = receipt["recibo"]
    assert (told["rfc"], told["numeroCertificado"], told["destruidaPor"]) == (
        CLIENT, "30001000000500003415", "owner@cascabel.mx",
    )  # fmt: skip
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipt["firma"]["llavePublica"]))
    signature = bytes.fromhex(receipt["firma"]["valor"])
    key.verify(signature, json.dumps(told, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(InvalidSignature):
        key.verify(signature, json.dumps({**told, "rfc": OTHER}, sort_keys=True, separators=(",", ":")).encode())
    assert refused(owner("GET"), 404, "fiel-missing")
    assert refused(owner("DELETE"), 404, "fiel-missing")
    assert owner("GET", "/recibos").json() == {"items": [receipt], "nextCursor": None}
    assert owner.upload(OURS).status_code == 201
    assert kinds(owner) == ["alta", "destruccion", "alta"]


def test_the_operator_viewing_does_all_of_it_in_its_own_name(product: Whole) -> None:
    operator = Fiels(product, "operator-viewing")
    assert operator.upload(OURS).status_code == 201
    assert operator("DELETE").json()["recibo"]["destruidaPor"] == OPERATOR
    assert {use["quien"] for use in operator("GET", "/usos").json()["items"]} == {OPERATOR}


def test_nobody_sees_another_s(product: Whole, owner: Fiels) -> None:
    owner.upload(OURS)
    headers = product.credential("operator") | {"X-View-Tenant": OTHER}
    assert product.http.get("/api/fiel", headers=headers).status_code == 404
    assert product.http.get("/api/fiel/usos", headers=headers).json()["items"] == []
    assert product.http.delete("/api/fiel", headers=headers).status_code == 404
    assert owner("GET").status_code == 200


def test_a_damaged_copy_is_healed_and_the_operator_told(product: Whole, owner: Fiels) -> None:
    owner.upload(OURS)
    delivered(product)
    product.horux.gateways.sealed_folders().final.clear()
    product.horux.use_cases.tend_vault()()
    letter = to_the_operator(product)
    assert isinstance(letter, FielHealed)
    assert letter.copia == "carpeta"
    assert kinds(owner)[0] == "curacion"


class TestForm:
    @pytest.mark.parametrize("part", ["cer", "key", "password"])
    def test_a_part_that_is_missing_is_named(self, owner: Fiels, part: str) -> None:
        answer = owner.parts({name: content for name, content in three().items() if name != part})
        assert f"`{part}`" in refused(answer, 422, "fiel-form-incomplete").partition(".")[0]
        assert answer.json()["parte"] == part

    def test_a_part_that_comes_twice_is_refused(self, owner: Fiels) -> None:
        body, kind = fiel_form(OURS)
        head, _, tail = body.partition(b"--linde-7f3a91\r\n")
        assert head == b""
        twice = body.replace(b"--linde-7f3a91--", b"--linde-7f3a91\r\n" + tail)
        assert "dos veces" in refused(owner("POST", "", twice, kind), 422, "fiel-form-incomplete")

    def test_other_parts_are_passed_over(self, owner: Fiels) -> None:
        assert owner.parts(three(), csrf=b"x", nota=b"").status_code == 201

    def test_its_limits_are_kept(self, owner: Fiels) -> None:
        assert owner.parts({**three(), "nota": b"x" * 200_000}).status_code == 201
        refused(owner.parts({**three(), "nota": b"x" * 256 * 1024}), 413, "cuerpo-demasiado-grande")
        refused(owner.parts({**three(), "cer": bytes(64 * 1024 + 1)}), 413, "fiel-file-too-large")
        many = owner.parts({f"n{number}": b"" for number in range(30)} | three())
        refused(many, 422, "fiel-form-incomplete")

    @pytest.mark.parametrize(
        ("content", "kind", "status", "code"),
        [
            (b"{}", "application/json", 415, "formato-no-admitido"),
            (b"x", "", 415, "formato-no-admitido"),
            (b"", "multipart/form-data; boundary=x", 422, "fiel-form-incomplete"),
            (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "fiel-form-incomplete"),
            (b"--x--\r\n", "multipart/form-data", 422, "fiel-form-incomplete"),
            (fiel_form(OURS)[0][:-40], fiel_form(OURS)[1], 422, "fiel-form-incomplete"),
            (fiel_form(OURS)[0], "multipart/form-data; boundary=otro", 422, "fiel-form-incomplete"),
        ],
        ids=["json", "sin-tipo", "vacio", "solo-linde", "sin-linde", "cortado", "otro-linde"],
    )
    def test_what_is_no_such_form_is_refused(
        self, owner: Fiels, content: bytes, kind: str, status: int, code: str
    ) -> None:
        refused(owner("POST", "", content, kind), status, code)
        assert owner("GET").status_code == 404

    def test_a_password_in_the_letters_of_an_old_program_is_read(self, owner: Fiels) -> None:
        efirma = an_efirma(rfc=CLIENT, password="contraseña1")
        assert owner.parts({**three(efirma), "password": "contraseña1".encode("latin-1")}).status_code == 201


def test_a_refused_one_leaves_nothing_and_the_former_in_its_place(product: Whole, owner: Fiels) -> None:
    kept = owner.upload(OURS).json()
    delivered(product)
    detail = refused(owner.upload(GUARDED, password="otra-clave-7Q"), 422, "fiel-password-wrong")
    assert "otra-clave" not in detail
    refused(owner.upload(an_efirma(rfc=OTHER)), 422, "fiel-rfc-mismatch")
    assert owner("GET").json() == kept
    assert kinds(owner) == ["alta"]
    assert delivered(product) == []


def test_what_is_about_to_expire_says_so(owner: Fiels) -> None:
    soon = owner.upload(an_efirma(rfc=CLIENT, hasta=AT + timedelta(days=59))).json()
    assert (soon["estado"], soon["diasRestantes"]) == ("por_vencer", 59)
    assert soon["advertencias"][0]["codigo"] == "por-vencer"


def test_no_answer_holds_the_key_or_its_password(product: Whole, owner: Fiels) -> None:
    owner.upload(GUARDED, password="no-es-esta-41")
    owner.upload(GUARDED)
    owner("GET")
    owner("GET", "/usos")
    owner.upload(an_efirma(rfc=OTHER, password=CANARY))
    owner("DELETE")
    owner("GET", "/recibos")
    everything = [answer.content + str(answer.headers).encode() for answer in owner.answers]
    everything += [repr(mail).encode() for mail in delivered(product)]
    everything.append(product.http.get("/api/auditoria", headers=product.credential("owner")).content)
    secrets: list[Any] = [CANARY.encode(), b"no-es-esta-41", GUARDED.key[-64:], GUARDED.key[-64:].hex().encode()]
    for told in everything:
        assert not any(secret in told for secret in secrets)


def test_after_many_wrong_passwords_the_next_has_to_wait(owner: Fiels) -> None:
    for _ in range(5):
        refused(owner.upload(GUARDED, password="otra-clave-7Q"), 422, "fiel-password-wrong")
    response = owner.upload(GUARDED)
    refused(response, 429, "too-many-attempts")
    assert 0 < int(response.headers["Retry-After"]) <= 2
    assert response.json()["retryAfter"] > 0
