"""From the operator's first client to that client's tax, out of money and back: in a real browser, on PostgreSQL."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contracts.efirmas import an_efirma
from horux_adapters.container.mailing import mailbox
from horux_adapters.container.settings import load
from horux_adapters.smtp.folder import MailFolder
from tests.adapters.mercadopago.standin import TOKEN, Standin
from tests.adapters.mercadopago.standin import running as provided
from tests.browser.looking import enter, window
from tests.samples import shared
from tests.system.installation import OPERATOR, Installation, installation, running, served
from tests.system.owners import CHOSEN
from tests.system.waiting import until

RFC, OWNER, SECRET = "EKU9003173C9", "ines@kemper.example", "solo-para-pruebas-7f21"
TEMPORARY = re.compile(r"Contraseña temporal: *(\S+)")
INACTIVE = "Suscripción inactiva. Contacta soporte para reactivar."
DROP = """async files => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name, { type: "text/xml" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    document.querySelector("h1").dispatchEvent(new DragEvent(kind, how));
  }
}"""


@dataclass
class Story:
    chrome: Browser
    installed: Installation
    provider: Standin
    windows: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, who: str, path: str, password: str = CHOSEN) -> Page:
        """A new page of somebody's browser, who comes in once."""
        if who not in self.windows:
            self.windows[who] = window(self.chrome, self.installed.url)
            enter(self.windows[who], who, password)
        page = self.windows[who].new_page()
        page.goto(path)
        return page

    @property
    def subscription(self) -> Any:
        return self.installed.operator.get(f"/api/tenants/{RFC}/subscription")


@pytest.fixture
def story(chrome: Browser) -> Iterator[Story]:
    with ExitStack() as kept:
        provider = kept.enter_context(provided())
        payments = {"PAYMENTS": "mercadopago", "MP_API_URL": provider.url, "MP_ACCESS_TOKEN": TOKEN}
        product = kept.enter_context(installation(100, **payments, MP_WEBHOOK_SECRET=SECRET, MAIL="folder"))
        provider.tell("set", webhook_url=f"{product.url}/api/webhooks/mercadopago", secret=SECRET, hold=False)
        kept.enter_context(served(product))
        kept.enter_context(running(product, "worker"))
        told = Story(chrome, product, provider)
        yield told
        for opened in told.windows.values():
            opened.close()


def test_a_client_from_its_registration_to_paying_again(story: Story) -> None:
    registered(story)
    came_in(story)
    paid(story)
    uploaded(story)
    read_its_iva(story)
    kept_its_efirma(story)
    cancelled(story)
    paid_again(story)


def registered(story: Story) -> None:
    """The operator registers a client."""
    page = story.page(OPERATOR, "/op/clientes")
    page.get_by_role("link", name="Nuevo cliente").first.click()
    fields = {
        "RFC": RFC, "Nombre o razón social": "Escuela Kemper Urgate", "Nombre del dueño de la cuenta": "Inés Salgado",
        "Su correo": OWNER, "Correo de Mercado Pago": "pagos@kemper.example", "Regímenes fiscales": "601",
    }  # fmt: skip
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Precio acordado").fill("1499.00")
    page.get_by_label("Plan", exact=True).select_option("enterprise")
    page.get_by_role("button", name="Dar de alta").click()
    expect(page.get_by_text("ya puede entrar")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Ver cliente").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Escuela Kemper Urgate")


def welcomed(folder: MailFolder) -> str:
    """The password in the owner's mail; empty while there is none."""
    found = (TEMPORARY.search(mail.text) for mail in folder.latest() if mail.to == OWNER)
    return next((match[1] for match in found if match), "")


def came_in(story: Story) -> None:
    """The owner, by the password in the mail, and chooses one."""
    folder = mailbox(load(story.installed.env))
    assert folder is not None
    temporary = until("llega la bienvenida", lambda: welcomed(folder), 30)
    page = story.page(OWNER, "/", temporary)
    expect(page.get_by_role("heading", level=1)).to_have_text("Elige tu contraseña")
    page.get_by_label("Contraseña temporal").fill(temporary)
    page.get_by_label("Contraseña nueva").fill(CHOSEN)
    page.get_by_role("button", name="Guardar contraseña").click()
    expect(page.locator(".client")).to_contain_text(RFC)
    expect(page).to_have_url(re.compile("/inicio$"))


def paid(story: Story) -> None:
    """By the provider's link."""
    story.provider.approve(story.subscription["mpPreapprovalId"])
    until("queda autorizada", lambda: story.subscription["status"] == "authorized", 30)


def uploaded(story: Story) -> None:
    """The shared scenario, dropped on the page."""
    page = story.page(OWNER, "/carga")
    papers = [(at.name, at.read_text("utf-8")) for at in sorted(shared("samples", "escenario").glob("*.xml"))]
    assert len(papers) == 30
    page.wait_for_load_state("networkidle")
    page.evaluate(DROP, papers)
    tally = page.locator(".tally")
    expect(tally).to_be_visible(timeout=60_000)
    expect(tally.locator("div", has_text="Recibidos").locator("dd")).to_have_text("30", timeout=60_000)
    expect(tally.locator("div", has_text="Nuevos").locator("dd")).to_have_text("30")


def read_its_iva(story: Story) -> None:
    """March, and what one of its figures is made of."""
    page = story.page(OWNER, "/iva/2025")
    page.get_by_role("link", name="Febrero", exact=True).click()
    figure = page.get_by_role("row", name="IVA trasladado cobrado").locator("a.fig")
    expect(figure).to_have_text("4,160.00")
    figure.click()
    drawer = page.locator("#explicacion")
    expect(drawer).to_be_visible()
    expect(drawer.locator("tr.final")).to_contain_text("4,160.00")
    drawer.get_by_role("link", name="NC-1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("NC-1")


def kept_its_efirma(story: Story) -> None:
    made = an_efirma(rfc=RFC)
    page = story.page(OWNER, "/configuracion/sat")
    upload = page.get_by_role("button", name="Guardar e.firma")
    for label, name, content in (
        ("Certificado (.cer)", "fiel.cer", made.cer),
        ("Llave privada (.key)", "fiel.key", made.key),
    ):
        sent: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        page.get_by_label(label).set_input_files(sent)
    page.get_by_label("Contraseña de la llave").fill("no es esta")
    upload.click()
    expect(page.locator(".error").first).to_contain_text("contraseña")
    for label, name, content in (
        ("Certificado (.cer)", "fiel.cer", made.cer),
        ("Llave privada (.key)", "fiel.key", made.key),
    ):
        sent = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        page.get_by_label(label).set_input_files(sent)
    page.get_by_label("Contraseña de la llave").fill(made.password)
    upload.click()
    expect(page.locator("#main")).to_contain_text("Vigente", ignore_case=True, timeout=30_000)
    expect(page.locator("#main")).to_contain_text("30001000000500003415")


def cancelled(story: Story) -> None:
    """At the provider: it reads everything and writes nothing."""
    story.provider.tell("payer", preapproval_id=story.subscription["mpPreapprovalId"], do="cancel")
    until("se oye que canceló", lambda: story.subscription["status"] == "cancelled", 30)
    page = story.page(OWNER, "/carga")
    expect(page.locator("#main")).to_contain_text(INACTIVE)
    expect(page.locator("form input[type=file]").first).to_be_disabled()
    page.goto("/iva/2025/2")
    expect(page.get_by_role("row", name="IVA trasladado cobrado")).to_contain_text("4,160.00")
    expect(page.locator("#main")).to_contain_text(INACTIVE)


def paid_again(story: Story) -> None:
    """The operator makes a link, it is paid, and the client writes again."""
    page = story.page(OPERATOR, f"/op/clientes/{RFC}")
    page.locator(".acts").get_by_text("Generar liga de pago").click()
    send = page.get_by_role("button", name="Generar y enviar")
    if send.is_visible():
        send.click()
    expect(page.locator("#liga")).to_be_visible()
    story.provider.approve(story.subscription["mpPreapprovalId"])
    until("vuelve a estar autorizada", lambda: story.subscription["status"] == "authorized", 30)
    own = story.page(OWNER, "/carga")
    expect(own.locator("#main")).not_to_contain_text(INACTIVE)
    again = shared("samples", "escenario", "e01_pue.xml").read_text("utf-8")
    own.wait_for_load_state("networkidle")
    own.evaluate(DROP, [("e01_pue.xml", again)])
    expect(own.locator(".tally").locator("div", has_text="Duplicados").locator("dd")).to_have_text("1", timeout=60_000)
