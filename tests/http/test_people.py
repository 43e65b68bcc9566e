"""The people of a taxpayer and forgotten passwords over HTTP, with the worker's mails between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from horux_adapters.container.horux import job_kinds
from horux_adapters.worker.handling import Handling
from horux_core.identity.resetting import OF_ONE_ORIGIN
from horux_core.notifications.letters import Invited, Letter, ResetPassword
from horux_core.notifications.model import Mail
from tests.http.whole import CLIENT, OPERATOR, OTHER, PASSWORD, Whole, whole

NEW = "farol verde de otoño"
LUIS = {"email": "luis@cascabel.mx", "nombre": "Luis Rey", "role": "contador"}


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Whole]:
    with whole(tmp_path) as built:
        delivered(built)
        yield built


def delivered(product: Whole) -> list[Mail]:
    """What the worker sends when it has done all there is."""
    g = product.horux.gateways
    clock = lambda: datetime.now(UTC)  # noqa: E731
    handling = Handling(g.deliveries(), g.jobs(), product.horux.reactions(), job_kinds(product.horux), clock)
    already = len(g.mailer().sent)
    while handling.deliver():
        pass
    sent: list[Mail] = g.mailer().sent[already:]
    return sent


def letter_in(mails: list[Mail], kind: type[Letter], to: str) -> Any:
    (mail,) = mails
    assert (type(mail.letter), mail.to) == (kind, to)
    return mail.letter


class Asking:
    def __init__(self, product: Whole, who: str) -> None:
        self._http, self._headers = product.http, product.credential(who)

    def __call__(self, method: str, path: str, body: Any = None) -> Response:
        return self._http.request(method, path, json=body, headers=self._headers)


@pytest.fixture
def owner(product: Whole) -> Asking:
    return Asking(product, "owner")


def log_in(product: Whole, email: str, password: str) -> Response:
    return product.http.post("/api/auth/login", json={"email": email, "password": password})


def test_an_invited_person_comes_in_and_chooses_a_password(product: Whole, owner: Asking) -> None:
    answer = owner("POST", "/api/usuarios/invite", LUIS)
    assert answer.status_code == 201, answer.text
    person = answer.json()
    assert {name: person[name] for name in person.keys() - {"id", "createdAt"}} == {
        "email": "luis@cascabel.mx", "nombre": "Luis Rey", "role": "contador", "estado": "invitado",
    }  # fmt: skip
    letter = letter_in(delivered(product), Invited, "luis@cascabel.mx")
    entered = log_in(product, "luis@cascabel.mx", letter.password).json()
    assert entered["user"]["mustChangePassword"]
    assert entered["user"]["tenant"]["rfc"] == CLIENT
    headers = {"Authorization": f"Bearer {entered['accessToken']}"}
    body = {"currentPassword": letter.password, "newPassword": NEW}
    assert product.http.post("/api/auth/password", json=body, headers=headers).status_code == 204
    assert log_in(product, "luis@cascabel.mx", NEW).json()["user"]["role"] == "contador"
    listed = {one["email"]: one["estado"] for one in owner("GET", "/api/usuarios").json()["items"]}
    assert listed["luis@cascabel.mx"] == "activo"


def test_inviting_somebody_of_another_taxpayer_tells_no_more_than_was_sent(product: Whole, owner: Asking) -> None:
    directory = product.horux.gateways.directory()
    with directory.transaction() as tx:
        known = tx.users.by_email(f"alta.{OTHER.lower()}@cascabel.mx")
        assert known is not None
        chosen = known.with_password(product.horux.gateways.hasher().hash(PASSWORD))
        tx.users.save(replace(chosen, nombre="Nombre Propio"))
    asked = datetime.now(UTC)
    bodies = [owner("POST", "/api/usuarios/invite", LUIS | {"email": to}).json() for to in (known.email, LUIS["email"])]
    listed = {one["email"]: one for one in owner("GET", "/api/usuarios").json()["items"]}
    for body in bodies:
        assert listed[body["email"]] == body
        assert datetime.fromisoformat(body["createdAt"]) >= asked
    alike = [{name: body[name] for name in body.keys() - {"id", "email", "createdAt"}} for body in bodies]
    assert alike == [{"nombre": LUIS["nombre"], "role": "contador", "estado": "invitado"}] * 2
    assert "Nombre Propio" not in owner("GET", "/api/auditoria").text
    entered = log_in(product, known.email, PASSWORD).json()
    headers = {"Authorization": f"Bearer {entered['accessToken']}"}
    assert product.http.post("/api/auth/switch", json={"rfc": CLIENT}, headers=headers).status_code == 200
    (now,) = [one for one in owner("GET", "/api/usuarios").json()["items"] if one["email"] == known.email]
    assert now == bodies[0] | {"nombre": "Nombre Propio", "estado": "activo"}


def test_inviting_the_staff_tells_nobody_who_it_is(product: Whole, owner: Asking) -> None:
    bodies = [owner("POST", "/api/usuarios/invite", LUIS | {"email": to}) for to in (OPERATOR, LUIS["email"])]
    assert [body.status_code for body in bodies] == [201, 201]
    alike = [{name: value for name, value in body.json().items() if name in LUIS | {"estado": ""}} for body in bodies]
    assert alike[0] | {"email": LUIS["email"]} == alike[1] == LUIS | {"estado": "invitado"}
    assert {UUID(body.json()["id"]).version for body in bodies} == {4}
    letter_in(delivered(product), Invited, LUIS["email"])
    entered = log_in(product, OPERATOR, PASSWORD).json()
    assert (entered["user"]["tenant"], entered["user"]["empresas"]) == (None, [])
    headers = {"Authorization": f"Bearer {entered['accessToken']}"}
    assert product.http.post("/api/auth/switch", json={"rfc": CLIENT}, headers=headers).status_code == 403


def test_a_temporary_password_of_another_taxpayer_s_mail_goes_on_opening(product: Whole, owner: Asking) -> None:
    owner("POST", "/api/usuarios/invite", LUIS)
    letter = letter_in(delivered(product), Invited, LUIS["email"])
    viewing = product.credential("operator") | {"X-View-Tenant": OTHER}
    asked = product.http.post("/api/usuarios/invite", json=LUIS, headers=viewing)
    assert asked.status_code == 201, asked.text
    second = letter_in(delivered(product), Invited, LUIS["email"])
    assert (second.password, second.mailed) == (None, True)
    assert log_in(product, LUIS["email"], letter.password).status_code == 200


def test_invitations_to_one_address_are_no_flood(product: Whole, owner: Asking) -> None:
    for _ in range(5):
        person = owner("POST", "/api/usuarios/invite", LUIS).json()["id"]
        assert owner("DELETE", f"/api/usuarios/{person}").status_code == 204
    answer = owner("POST", "/api/usuarios/invite", LUIS)
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-attempts")
    assert answer.headers["retry-after"] == str(answer.json()["retryAfter"])
    named = owner("POST", "/api/usuarios/invite", LUIS | {"nombre": "Gana en https://robo.example"})
    assert (named.status_code, named.json()["code"]) == (422, "nombre-persona-invalido")


def test_inviting_again_brings_another_password(product: Whole, owner: Asking) -> None:
    person = owner("POST", "/api/usuarios/invite", LUIS).json()["id"]
    first = letter_in(delivered(product), Invited, LUIS["email"]).password
    answer = owner("POST", f"/api/usuarios/{person}/reinvite")
    assert (answer.status_code, answer.json()) == (202, None)
    second = letter_in(delivered(product), Invited, LUIS["email"]).password
    assert log_in(product, LUIS["email"], first).status_code == 401
    assert log_in(product, LUIS["email"], second).status_code == 200


def test_lists_a_page_at_a_time(owner: Asking) -> None:
    found, cursor = [], ""
    for _ in range(20):
        page = owner("GET", f"/api/usuarios?limit=2{cursor}").json()
        found += [one["email"] for one in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert found == sorted(found)
    assert {"owner@cascabel.mx", "visor@cascabel.mx"} < set(found)
    assert owner("GET", "/api/usuarios?limit=0").status_code == 400


def test_the_limit_is_the_plan_s_with_the_design_s_text(product: Whole, owner: Asking) -> None:
    members = len(owner("GET", "/api/usuarios?limit=200").json()["items"])
    Asking(product, "operator")("PATCH", f"/api/tenants/{CLIENT}", {"usersLimit": members})
    answer = owner("POST", "/api/usuarios/invite", LUIS)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "plan-limit-reached")
    assert problem["detail"] == problem["message"] == f"Límite de usuarios alcanzado ({members}/{members})."
    assert (problem["limit"], problem["current"]) == (members, members)
    assert delivered(product) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"email": "luis"}, 422),
        ({"role": "admin"}, 422),
        ({"nombre": " "}, 422),
        ({"email": "owner@cascabel.mx"}, 409),
        ({"tenantId": str(UUID(int=1))}, 400),
        ({"platformRole": "admin"}, 400),
        ({"role": None}, 400),
    ],
    ids=str,
)
def test_refuses_what_it_cannot_take(product: Whole, owner: Asking, change: dict[str, Any], status: int) -> None:
    answer = owner("POST", "/api/usuarios/invite", LUIS | change)
    assert answer.status_code == status, answer.text
    assert delivered(product) == []


def test_who_is_let_go_is_out_at_once(product: Whole, owner: Asking) -> None:
    visor = Asking(product, "visor")
    people = {one["email"]: one["id"] for one in owner("GET", "/api/usuarios").json()["items"]}
    answer = owner("DELETE", f"/api/usuarios/{people['visor@cascabel.mx']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert visor("GET", "/api/auth/me").status_code == 401
    assert owner("DELETE", f"/api/usuarios/{people['visor@cascabel.mx']}").status_code == 404
    actions = [entry["action"] for entry in owner("GET", "/api/auditoria").json()["items"]]
    assert "usuario-retirado" in actions


def test_another_taxpayer_s_person_and_nobody_are_alike(product: Whole, owner: Asking) -> None:
    operator = product.credential("operator") | {"X-View-Tenant": OTHER}
    (theirs,) = product.http.get("/api/usuarios", headers=operator).json()["items"]
    answers = [owner("DELETE", f"/api/usuarios/{who}") for who in (theirs["id"], uuid4())]
    assert {(answer.status_code, answer.json()["code"], answer.json()["detail"]) for answer in answers} == {
        (404, "usuario-inexistente", "Ese usuario ya no existe.")
    }


@pytest.mark.parametrize("email", ["owner@cascabel.mx", "nadie@cascabel.mx", "no es un correo", ""])
def test_asking_for_a_link_answers_alike_whoever_asks(product: Whole, email: str) -> None:
    answer = product.http.post("/api/auth/forgot", json={"email": email})
    assert (answer.status_code, answer.json()) == (202, None)
    assert len(delivered(product)) == (1 if email.startswith("owner") else 0)


def test_asking_goes_on_answering_alike_however_often(product: Whole) -> None:
    answers = {product.http.post("/api/auth/forgot", json={"email": "owner@cascabel.mx"}).status_code for _ in range(9)}
    assert answers == {202}
    assert len(delivered(product)) == 5


def test_asking_from_one_place_for_everybody_answers_alike_and_sends_no_more(product: Whole) -> None:
    asked = [f"n{n}@cascabel.mx" for n in range(OF_ONE_ORIGIN)] + ["owner@cascabel.mx"]
    answers = {product.http.post("/api/auth/forgot", json={"email": email}).status_code for email in asked}
    assert (answers, delivered(product)) == ({202}, [])


def test_the_link_opens_once_and_ends_every_session(product: Whole, owner: Asking) -> None:
    product.http.post("/api/auth/forgot", json={"email": "owner@cascabel.mx"})
    letter = letter_in(delivered(product), ResetPassword, "owner@cascabel.mx")
    address, _, token = letter.reset_url.partition("?token=")
    assert address == "http://127.0.0.1:4000/entrar/liga"
    weak = product.http.post("/api/auth/reset", json={"token": token, "password": "corta"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password-weak")
    done = product.http.post("/api/auth/reset", json={"token": token, "password": NEW})
    assert (done.status_code, done.content) == (204, b"")
    assert owner("GET", "/api/auth/me").status_code == 401
    assert log_in(product, "owner@cascabel.mx", PASSWORD).status_code == 401
    assert log_in(product, "owner@cascabel.mx", NEW).status_code == 200
    again = product.http.post("/api/auth/reset", json={"token": token, "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (422, "reset-invalid")


def test_the_operator_sees_each_mail_and_what_became_of_it(product: Whole, owner: Asking) -> None:
    owner("POST", "/api/usuarios/invite", LUIS)
    delivered(product)
    operator = Asking(product, "operator")
    (newest,) = operator("GET", "/api/admin/mails?limit=1").json()["items"]
    assert newest.keys() == {
        "id", "kind", "to", "tenantId", "estado", "attempts", "lastError", "createdAt", "sentAt",
    }  # fmt: skip
    assert (newest["kind"], newest["to"], newest["estado"]) == ("Invited", LUIS["email"], "enviado")
    assert operator("GET", "/api/admin/mails?estado=muerto").json() == {"items": [], "nextCursor": None}
    assert operator("GET", "/api/admin/mails?estado=perdido").status_code == 400
    settled = operator("POST", f"/api/admin/mails/{newest['id']}/retry")
    assert (settled.status_code, settled.json()["code"]) == (409, "mail-settled")
    missing = operator("POST", f"/api/admin/mails/{uuid4()}/retry")
    assert (missing.status_code, missing.json()["code"]) == (404, "mail-missing")
