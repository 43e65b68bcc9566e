"""The composition root: settings, container, application."""

import asyncio
import hmac
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager

from litestar import Litestar
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from horux_adapters.container.clock import system_clock
from horux_adapters.container.duties import duties
from horux_adapters.container.horux import Horux, by_name, job_kinds, opened
from horux_adapters.container.readiness import tell_ready
from horux_adapters.container.secrecy import keep_memory_private
from horux_adapters.container.settings import Settings, environment, from_environment
from horux_adapters.container.telemetry import SERVER as AS_SERVER
from horux_adapters.container.telemetry import watched
from horux_adapters.postgres.addresses import SERVER
from horux_adapters.telemetry.logs import configure
from horux_adapters.worker.attending import Rounds
from horux_adapters.worker.handling import Handling
from horux_adapters.worker.looping import WorkerThread
from horux_http.access_log import unwatched
from horux_http.admin.api import AdminController, AuditoriaController
from horux_http.admin.mails import MailController
from horux_http.app import Options, create_app
from horux_http.billing.api import SuscripcionController, TenantBillingController, UnmatchedController
from horux_http.billing.webhooks import NoticeController, WebhookController
from horux_http.browser.options import Browser
from horux_http.browser.site import site
from horux_http.fiel.api import FielController
from horux_http.fiscal.alertas import AlertasController, ListasController
from horux_http.fiscal.api import CfdisController
from horux_http.fiscal.calendario import CalendarioController
from horux_http.fiscal.conciliacion import ConciliacionController
from horux_http.fiscal.configuracion import ConfiguracionController, DeclaracionController
from horux_http.fiscal.consolidado import EmpresasController
from horux_http.fiscal.dashboard import DashboardController
from horux_http.fiscal.isr import IsrController
from horux_http.fiscal.iva import IvaController
from horux_http.fiscal.paquetes import PaquetesController
from horux_http.fiscal.pronostico import PronosticoController
from horux_http.fiscal.reportes import ReportesController
from horux_http.identity.api import AuthController
from horux_http.identity.api_keys import KeyController
from horux_http.identity.people import PeopleController
from horux_http.notifications.pages import MailboxController
from horux_http.pages import PAGES
from horux_http.plans.api import PlanController
from horux_http.session import ACTOR
from horux_http.tenancy.api import TenantController

CONTROLLERS: Sequence[ControllerRouterHandler] = (
    AuthController,
    TenantController,
    TenantBillingController,
    SuscripcionController,
    UnmatchedController,
    WebhookController,
    NoticeController,
    AdminController,
    MailController,
    PeopleController,
    KeyController,
    EmpresasController,
    AuditoriaController,
    PlanController,
    CfdisController,
    IsrController,
    IvaController,
    ConfiguracionController,
    DeclaracionController,
    FielController,
    PaquetesController,
    CalendarioController,
    AlertasController,
    ListasController,
    ReportesController,
    DashboardController,
    ConciliacionController,
    PronosticoController,
)


def application(settings: Settings) -> Litestar:
    """The whole product over HTTP. What it holds open is closed when the server stops."""
    resources = ExitStack()
    return assembled(resources.enter_context(opened(settings, SERVER)), settings, resources)


def assembled(horux: Horux, settings: Settings, resources: ExitStack) -> Litestar:
    """The same over a product that is open already; `resources` are closed when the server stops."""
    watching = watched(horux, settings, AS_SERVER, resources)
    return create_app(
        (*CONTROLLERS, site(PAGES), *((MailboxController,) if horux.gateways.mailbox() else ())),
        dependencies(horux),
        ready=horux.gateways.ready(),
        clock=system_clock,
        options=Options(
            cors_origins=settings.cors_origin,
            allowed_hosts=settings.allowed_hosts,
            trusted_proxies=settings.trusted_proxy,
            docs=settings.api_docs,
            watch=watching.request if watching else unwatched,
            browser=Browser(encrypted=settings.production, key=_form_key(settings)),
        ),
        lifespan=[_held(horux, settings, resources)],
    )


def _form_key(settings: Settings) -> bytes:
    return hmac.digest(settings.jwt_secret.reveal().encode(), b"formularios", "sha256")


def dependencies(horux: Horux) -> dict[str, Provide]:
    """Every use case by its name, where big bodies arrive and are read, the mails to read, and who asks."""
    g = horux.gateways
    given = {**by_name(horux), "spool": g.spool(), "room": g.reading_room(), "mailbox": g.mailbox(), "hojas": g.hojas()}
    given["show_backups"] = horux.backups.show()
    provided = {name: Provide(_constant(value), sync_to_thread=False) for name, value in given.items()}
    return {**provided, "actor": ACTOR}


def _constant(value: object) -> Callable[[], object]:
    return lambda: value


def _held(
    horux: Horux, settings: Settings, resources: ExitStack
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """With everything in memory there is one process, and the worker is a thread of it."""

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        thread = _worker_thread(horux).start() if settings.storage == "memory" else None
        tell_ready(environment())
        yield
        if thread is not None:
            await asyncio.to_thread(thread.stop)
        await asyncio.to_thread(resources.close)

    return lifespan


def _worker_thread(horux: Horux) -> WorkerThread:
    gateways = horux.gateways
    handling = Handling(gateways.deliveries(), gateways.jobs(), horux.reactions(), job_kinds(horux), system_clock)
    rounds, every = Rounds(gateways.duty_log(), system_clock), duties(horux)
    return WorkerThread(handling, gateways.jobs().waiting, lambda: rounds.attend_all(every))


def __getattr__(name: str) -> object:
    """`app` is built when a server asks for it, and not when a test reads this module."""
    if name != "app":
        raise AttributeError(name)
    keep_memory_private()
    settings = from_environment()
    configure(production=settings.production, level=settings.log_level)
    built = application(settings)
    globals()["app"] = built
    return built
