"""What a page's frame leads to: the client's panel shows what the plan has, the operator's everything."""

from collections.abc import Sequence
from dataclasses import dataclass

from horux_core.fiscal.heading import Desk
from horux_core.identity.model import Actor, Permission
from horux_core.plans.model import Feature


@dataclass(frozen=True, slots=True)
class Link:
    """`key` is the letter that leads there after G."""

    text: str
    to: str
    icon: str
    feature: Feature | None = None
    needs: Permission = Permission.READ_BOOKS
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    links: tuple[Link, ...]


_CLIENT = (
    Group(
        "",
        (
            Link("Inicio", "/inicio", "home", Feature.DASHBOARD, key="i"),
            Link("CFDI", "/cfdi", "doc", Feature.CFDI_BASIC, key="f"),
            Link("Carga", "/carga", "up", Feature.CFDI_BASIC, Permission.WRITE_BOOKS),
        ),
    ),
    Group(
        "Impuestos",
        (
            Link("IVA", "/iva", "pct", Feature.IVA_ISR, key="v"),
            Link("ISR", "/isr", "scale", Feature.IVA_ISR, key="s"),
            Link("Calendario", "/calendario", "cal", Feature.CALENDARIO, key="l"),
            Link("Alertas", "/alertas", "bell", Feature.ALERTAS, key="a"),
        ),
    ),
    Group(
        "Análisis",
        (
            Link("Reportes", "/reportes", "report", Feature.REPORTES, key="r"),
            Link("XML del SAT", "/xml-sat", "box", Feature.XML_SAT),
            Link("Conciliación", "/conciliacion", "link", Feature.CONCILIACION, key="o"),
            Link("Pronóstico", "/pronostico", "trend", Feature.FORECASTING),
        ),
    ),
    Group(
        "Configuración",
        (
            Link("Mi suscripción", "/configuracion", "card"),
            Link("e.firma (FIEL)", "/configuracion/sat", "key", needs=Permission.OWN),
            Link("Datos fiscales", "/configuracion/fiscal", "gear", needs=Permission.CONFIGURE),
            Link("Usuarios", "/configuracion/usuarios", "users", needs=Permission.OWN),
            Link("Llaves de API", "/configuracion/api", "lock", Feature.API_EXTERNA, Permission.OWN),
            Link("Auditoría", "/configuracion/auditoria", "list", needs=Permission.OWN),
        ),
    ),
)
_OPERATOR = (
    Group(
        "",
        (
            Link("Clientes", "/op/clientes", "build", needs=Permission.OPERATE, key="c"),
            Link("Precios", "/op/precios", "price", needs=Permission.OPERATE),
        ),
    ),
    Group(
        "Qué está pasando",
        (
            Link("Pagos por revisar", "/op/pagos", "card", needs=Permission.OPERATE),
            Link("Webhooks", "/op/webhooks", "hook", needs=Permission.OPERATE, key="w"),
            Link("Correos", "/op/correos", "mail", needs=Permission.OPERATE, key="m"),
            Link("Trabajos", "/op/trabajos", "clock", needs=Permission.OPERATE, key="t"),
            Link("Auditoría", "/op/auditoria", "list", needs=Permission.OPERATE),
        ),
    ),
    Group(
        "Plataforma",
        (
            Link("Respaldos", "/op/respaldos", "save", needs=Permission.OPERATE),
            Link("Listas 69-B", "/op/listas", "warn", needs=Permission.OPERATE),
            Link("Personal", "/op/personal", "users", needs=Permission.OPERATE),
        ),
    ),
)


def groups(actor: Actor, desk: Desk | None) -> Sequence[Group]:
    """What who looks may open; a group of which nothing is left is not shown."""
    every = _OPERATOR if desk is None else _CLIENT
    shown = (Group(group.title, tuple(link for link in group.links if _open(link, actor, desk))) for group in every)
    return [group for group in shown if group.links]


def _open(link: Link, actor: Actor, desk: Desk | None) -> bool:
    has = link.feature is None or (desk is not None and desk.has(link.feature))
    return has and actor.may(link.needs)


def here(link: Link, path: str) -> bool:
    """Whether a page is the link's own or one below it; that of the settings has no pages below."""
    return path == link.to or (link.to != "/configuracion" and path.startswith(f"{link.to}/"))
