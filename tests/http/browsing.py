"""A browser without a screen over the whole product: it keeps its cookies, follows forms and carries their proof.

@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with whole(tmp_path_factory.mktemp("datos")) as built:
        yield built

def test_it(product):
    page = entered(product, "owner").get("/iva/2026")
    assert page.status == 200 and page.h1 == "IVA de 2026"
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from time import time
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

from httpx import Response
from lxml import html
from msgspec import json

from contracts.routes import CLIENT, PASSWORD
from horux_core.kernel.ids import SessionId
from horux_http.browser import viewing
from tests.http.whole import FORM_KEY, OPERATOR, Whole

ORIGIN = "http://testserver.local"
Fields = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    answer: Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> str:
        return self.answer.text

    @property
    def location(self) -> str:
        return str(self.answer.headers.get("location", ""))

    @cached_property
    def tree(self) -> Any:
        return html.document_fromstring(self.answer.content or b"<html></html>")

    def every(self, xpath: str) -> list[Any]:
        found: list[Any] = self.tree.xpath(xpath)
        return found

    def texts(self, xpath: str) -> list[str]:
        """Of each element found, with spaces made one."""
        return [" ".join(found.text_content().split()) for found in self.every(xpath)]

    @property
    def text(self) -> str:
        """All that is read on it."""
        return self.texts("//body")[0] if self.every("//body") else ""

    @property
    def h1(self) -> str:
        return next(iter(self.texts("//h1")), "")

    @property
    def told(self) -> str:
        """What the page before says that was done."""
        return " ".join(self.texts("//*[contains(concat(' ', @class, ' '), ' toast ')]"))

    @property
    def csrf(self) -> str:
        found = self.every("//body/@data-csrf") or self.every("//input[@name='csrf']/@value")
        return str(found[0]) if found else ""

    def error_of(self, name: str) -> str:
        """What is said beside a field."""
        return " ".join(self.texts(f"//*[@id='{name}-e']"))

    def value_of(self, name: str) -> str:
        """What a field holds."""
        chosen = self.every(f"//select[@name='{name}']/option[@selected]/@value")
        typed = self.every(f"//input[@name='{name}'][not(@type='radio') or @checked]/@value")
        return str(next(iter([*chosen, *typed, *self.texts(f"//textarea[@name='{name}']")]), ""))


@dataclass
class Browser:
    product: Whole
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **sent: Any) -> Page:
        given = {"Accept": "text/html", **({"Cookie": self._jar} if self.cookies else {}), **(headers or {})}
        self.product.http.cookies.clear()
        answer = self.product.http.request(method, path, headers=given, follow_redirects=False, **sent)
        self.product.http.cookies.clear()
        for line in answer.headers.get_list("set-cookie"):
            self._keep(line)
        return Page(answer)

    def get(self, path: str, **headers: str) -> Page:
        return self.ask("GET", path, headers)

    def follow(self, page: Page) -> Page:
        """To where it leads, and on from there."""
        path = page.answer.request.url.path
        while page.status == 303:
            path = urljoin(path, page.location)
            page = self.get(path)
        return page

    def submit(self, path: str, fields: Fields = (), *, csrf: str | None = None, files: Any = None) -> Page:
        """A form of ours; `csrf` is another proof than the session's own, or none when it is empty."""
        proof = self.proof_at(path) if csrf is None else csrf
        pairs = [*([("csrf", proof)] if proof else []), *(fields.items() if isinstance(fields, Mapping) else fields)]
        own = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        if files is not None:
            return self.ask("POST", path, own, data=dict(pairs), files=files)
        body = urlencode(pairs).encode()
        return self.ask("POST", path, {**own, "Content-Type": "application/x-www-form-urlencoded"}, content=body)

    def done(self, path: str, fields: Fields = ()) -> Page:
        """The page that a form leads to once it was taken."""
        page = self.submit(path, fields)
        assert page.status == 303, (page.status, page.texts("//*[@role='alert']"), page.text[:600])
        return self.follow(page)

    def enter(self, email: str, password: str = PASSWORD, back: str = "") -> Page:
        """By the form of the log-in."""
        shown = self.get("/entrar")
        return self.submit("/entrar", {"email": email, "password": password, "a": back}, csrf=shown.csrf)

    def view(self, rfc: str) -> "Browser":
        """The operator looks into a client."""
        self.cookies["horux_vista"] = viewing.written(FORM_KEY, self.session, rfc, int(time()) + viewing.LONGEST)
        return self

    @property
    def session(self) -> SessionId:
        """As its token names it."""
        claims = self.cookies["horux_sesion"].split(".")[1]
        return SessionId(UUID(json.decode(urlsafe_b64decode(claims + "=="))["sid"]))

    @property
    def csrf(self) -> str:
        """The proof that the forms shown to this session carry."""
        return self.proof_at("/teclas")

    def proof_at(self, path: str) -> str:
        """Of a page of the same panel: in the operator's own nobody is looked into."""
        return self.follow(self.get("/cuenta" if path.startswith("/op") else "/teclas")).csrf

    @property
    def _jar(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value


def entered(product: Whole, who: str) -> Browser:
    """`who` as in `contracts.routes.ACTORS`, or the name of somebody of `whole.PEOPLE`, or an e-mail."""
    browser = Browser(product)
    if who == "anonymous":
        return browser
    email = who if "@" in who else OPERATOR if who in ("operator", "operator-viewing") else f"{who}@cascabel.mx"
    page = browser.enter(email)
    assert page.status == 303, page.text[:600]
    assert urlsplit(page.location).path != "/entrar"
    return browser.view(CLIENT) if who == "operator-viewing" else browser
