"""The second factor as the operator's staff meets it: in a browser, and by API."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.browsing import Browser, Page
from tests.http.guarded import OTHER_OPERATOR, Clock, guarded
from tests.http.whole import OPERATOR, PASSWORD, Whole

HALF, STAFF = "/entrar/segundo", "/op/personal"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(tmp_path: Any, clock: Clock) -> Iterator[Whole]:
    with guarded(tmp_path, clock) as built:
        yield built


def half(product: Whole, email: str = OPERATOR) -> Browser:
    browser = Browser(product)
    entered = browser.enter(email, back="/op/clientes")
    assert (entered.status, entered.location) == (303, f"{HALF}?a=%2Fop%2Fclientes")
    return browser


def given(browser: Browser, path: str, code: str) -> Page:
    shown = browser.get(f"{HALF}?a=/op/clientes")
    return browser.submit(path, {"code": code, "a": "/op/clientes"}, csrf=shown.csrf)


def enrolled(product: Whole, clock: Clock, email: str = OPERATOR) -> tuple[Browser, str, list[str]]:
    browser = half(product, email)
    secret = browser.get(HALF).texts("//*[@id='clave']")[0]
    page = given(browser, f"{HALF}/registro", clock.code(secret))
    assert (page.status, page.h1) == (200, "Guarda estos códigos")
    clock.later(seconds=30)
    return browser, secret, page.texts("//*[@id='codigos']/li")


def log_in(product: Whole, **more: str) -> Any:
    return product.http.post("/api/auth/login", json={"email": OPERATOR, "password": PASSWORD, **more})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_password_alone_shows_nothing_but_the_way_to_the_second_factor(product: Whole) -> None:
    browser = half(product)
    for path in ("/op/clientes", "/cuenta", "/op/personal", "/confirmar", "/entrar/nueva", "/tema/oscuro"):
        assert browser.get(path).location.startswith(f"{HALF}?a="), path
    token = bearer(browser.cookies["horux_sesion"])
    for method, path in (("GET", "/api/tenants"), ("GET", "/api/auth/me"), ("GET", "/api/auth/sesiones")):
        answer = product.http.request(method, path, headers=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "second-factor-required")
    body = {"currentPassword": PASSWORD, "newPassword": "farol verde de otoño"}
    assert product.http.post("/api/auth/password", json=body, headers=token).json()["code"] == "second-factor-required"
    viewing = {**token, "X-View-Tenant": "CAS2408138W2"}
    assert product.http.get("/api/cfdi", headers=viewing).json()["code"] == "second-factor-required"


def test_the_first_time_it_is_enrolled_by_qr_or_by_hand(product: Whole, clock: Clock) -> None:
    browser = half(product)
    page = browser.get(HALF)
    assert page.h1 == "Registra tu segundo factor"
    assert "<svg" in page.html
    assert "style=" not in page.html
    wrong = given(browser, f"{HALF}/registro", "000000")
    assert (wrong.status, wrong.texts("//*[@id='clave']")) == (422, page.texts("//*[@id='clave']"))
    assert wrong.error_of("code")
    before = browser.cookies["horux_sesion"]
    done = given(browser, f"{HALF}/registro", clock.code(page.texts("//*[@id='clave']")[0]))
    assert len(done.texts("//*[@id='codigos']/li")) == 10
    assert browser.cookies["horux_sesion"] != before
    assert browser.get("/op/clientes").status == 200
    dead = product.http.get("/api/auth/me", headers=bearer(before))
    assert dead.json()["code"] == "session-expired"


def test_who_was_in_before_it_was_asked_for_logs_in_again_and_enrols(product: Whole, clock: Clock) -> None:
    asking = (product.horux.use_cases.authenticate(), product.horux.use_cases.sign_in())
    for one in asking:
        object.__setattr__(one, "second_factor", False)
    browser = Browser(product)
    assert browser.enter(OPERATOR, back="/op/clientes").location == "/op/clientes"
    for one in asking:
        object.__setattr__(one, "second_factor", True)
    clock.later(minutes=11)
    halted = browser.get(browser.get("/op/clientes").location)
    assert (halted.status, halted.location.partition("?")[0]) == (303, "/entrar")
    assert browser.get(halted.location).status == 200
    assert half(product).get(HALF).h1 == "Registra tu segundo factor"


def test_a_code_leads_on_to_where_one_was_going_and_is_good_once(product: Whole, clock: Clock) -> None:
    _, secret, codes = enrolled(product, clock)
    code = clock.code(secret)
    first = half(product)
    done = given(first, HALF, code)
    assert (done.status, done.location) == (303, "/op/clientes")
    assert first.get("/op/clientes").status == 200
    again = given(half(product), HALF, code)
    assert again.status == 422
    assert "ya se usó" in again.error_of("code")
    assert given(half(product), HALF, codes[0]).status == 303
    assert given(half(product), HALF, codes[0]).status == 422


def test_guesses_end_after_five(product: Whole, clock: Clock) -> None:
    enrolled(product, clock)
    browser = half(product)
    assert [given(browser, HALF, f"00000{n}").status for n in range(7)] == [422] * 5 + [429] * 2


def test_a_program_is_told_what_is_missing_and_gives_it(product: Whole, clock: Clock) -> None:
    unenrolled = log_in(product)
    assert (unenrolled.status_code, unenrolled.json()["inscrito"]) == (401, False)
    _, secret, codes = enrolled(product, clock)
    asked = log_in(product)
    problem = asked.json()
    assert (asked.status_code, problem["code"], problem["inscrito"]) == (401, "second-factor-required", True)
    assert problem["expiresIn"] == 600
    ticket = bearer(problem["ticket"])
    wrong = product.http.post("/api/auth/second-factor", json={"code": "000000"}, headers=ticket)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "second-factor-wrong")
    whole = product.http.post("/api/auth/second-factor", json={"code": clock.code(secret)}, headers=ticket)
    assert whole.status_code == 200
    assert product.http.get("/api/tenants", headers=bearer(whole.json()["accessToken"])).status_code == 200
    assert (
        product.http.post("/api/auth/refresh", json={"refreshToken": whole.json()["refreshToken"]}).status_code == 200
    )
    again = product.http.post("/api/auth/second-factor", json={"code": codes[0]}, headers=ticket)
    assert (again.status_code, again.json()["code"]) == (401, "session-expired")
    clock.later(seconds=30)
    assert log_in(product, otp=clock.code(secret)).status_code == 200
    assert log_in(product, otp="000000").json()["code"] == "second-factor-wrong"


def test_an_account_page_shows_it_and_gives_other_codes(product: Whole, clock: Clock) -> None:
    browser, _, codes = enrolled(product, clock)
    account = browser.get("/cuenta")
    assert "Te quedan 10 códigos" in account.text
    new = browser.submit("/cuenta/segundo-factor/codigos").texts("//*[@id='codigos']/li")
    assert not set(new) & set(codes)
    clock.later(minutes=11)
    page = browser.submit("/cuenta/segundo-factor/codigos", csrf=browser.get("/cuenta").csrf)
    assert page.location.startswith("/confirmar?a=")
    assert browser.get("/cuenta/segundo-factor").location.startswith("/confirmar?a=%2Fcuenta%2Fsegundo-factor")


def test_confirming_asks_for_both_and_goes_on(product: Whole, clock: Clock) -> None:
    browser, secret, _ = enrolled(product, clock)
    clock.later(minutes=11)
    asked = browser.get("/confirmar?a=/cuenta/segundo-factor")
    fields = {"a": "/cuenta/segundo-factor", "password": PASSWORD, "code": ""}
    assert browser.submit("/confirmar", fields, csrf=asked.csrf).error_of("code")
    wrong = browser.submit("/confirmar", {**fields, "password": "no es", "code": "1"}, csrf=asked.csrf)
    assert wrong.error_of("password")
    done = browser.submit("/confirmar", {**fields, "code": clock.code(secret)}, csrf=asked.csrf)
    assert done.location == "/cuenta/segundo-factor"
    clock.later(seconds=30)
    new = browser.follow(done)
    assert new.h1 == "Registra tu segundo factor"
    other = browser.submit(
        "/cuenta/segundo-factor", {"code": clock.code(new.texts("//*[@id='clave']")[0])}, csrf=new.csrf
    )
    assert other.h1 == "Guarda estos códigos"
    assert browser.get("/cuenta").status == 200


def test_staff_takes_in_shuts_out_and_frees_who_lost_the_telephone(product: Whole, clock: Clock) -> None:
    browser, _, _ = enrolled(product, clock)
    other, _, _ = enrolled(product, clock, OTHER_OPERATOR)
    listed = browser.get(STAFF)
    rows = listed.texts("//tbody/tr")
    assert len(rows) == 2
    assert all("Sí" in row and "Activo" in row for row in rows)
    acts = [act for act in listed.every("//tbody//a/@href") if "quien=" in act]
    person = acts[0].partition("quien=")[2].partition("&")[0]
    question = browser.get(f"{STAFF}?quien={person}&que=segundo-factor")
    assert "¿Quitar el segundo factor de Operadora?" in question.text
    done = browser.done(f"{STAFF}/{person}/segundo-factor")
    assert OTHER_OPERATOR in done.told
    assert other.get("/op/clientes").location.startswith("/entrar?a=")
    assert half(product, OTHER_OPERATOR).get(HALF).h1 == "Registra tu segundo factor"
    assert "no tiene" in browser.done(f"{STAFF}/{person}/segundo-factor").told
    assert browser.done(f"{STAFF}/{person}/baja").told == f"{OTHER_OPERATOR} ya no entra."
    assert Browser(product).enter(OTHER_OPERATOR).status == 422
    browser.done(f"{STAFF}/{person}/vuelta")
    assert Browser(product).enter(OTHER_OPERATOR).status == 303
    assert browser.done(f"{STAFF}/{person}/sesiones").told == "1 sesión cerrada."
    taken = browser.done(STAFF, {"email": "nueva@horux360.example", "nombre": "Nueva"})
    assert "nueva@horux360.example" in taken.told
    twice = browser.submit(STAFF, {"email": "nueva@horux360.example", "nombre": "Nueva"})
    assert (twice.status, twice.value_of("nombre")) == (422, "Nueva")
    clock.later(minutes=11)
    assert browser.submit(f"{STAFF}/{person}/baja", csrf=browser.get(STAFF).csrf).location.startswith("/confirmar")


def test_an_operator_sees_its_sessions_and_ends_one_or_all_others(product: Whole, clock: Clock) -> None:
    here, secret, codes = enrolled(product, clock)
    others = []
    for code in (clock.code(secret), *codes[:2]):
        other = half(product)
        assert given(other, HALF, code).status == 303
        others.append(other)
    (first, *_) = here.get("/cuenta").every("//form[starts-with(@action, '/cuenta/sesiones/')]/@action")
    assert here.done(first).told == "Sesión cerrada."
    assert sum(other.get("/cuenta").status == 303 for other in others) == 1
    assert here.done("/cuenta/sesiones").told == "2 sesiones cerradas."
    assert all(other.get("/cuenta").location.startswith("/entrar?a=") for other in others)
    assert here.get("/cuenta").status == 200


def test_nobody_does_it_to_itself(product: Whole, clock: Clock) -> None:
    browser, _, _ = enrolled(product, clock)
    me = next(u.id for u in _staff(product) if u.email == OPERATOR)
    for act in ("baja", "sesiones", "segundo-factor", "vuelta"):
        assert "tu propia cuenta" in browser.done(f"{STAFF}/{me}/{act}").told


def _staff(product: Whole) -> Any:
    with product.horux.gateways.directory().transaction() as tx:
        return tx.users.every_operator()
