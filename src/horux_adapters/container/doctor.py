"""What a doctor looks at, in the order in which an operator would mend it, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import psycopg

from horux_adapters.container import backing_up, mailing
from horux_adapters.container.clock import system_clock
from horux_adapters.container.connections import dsns
from horux_adapters.container.filing import stores, vault_seen
from horux_adapters.container.horux import Horux
from horux_adapters.container.settings import Settings
from horux_adapters.container.vaulting import keys
from horux_adapters.crypto.sealing import anchor_keys
from horux_adapters.crypto.tls_expiry import good_until
from horux_adapters.filesystem import examining as folders
from horux_adapters.mercadopago import probing as mercadopago
from horux_adapters.postgres.addresses import LEAST, fixed, fixed_elsewhere
from horux_adapters.postgres.examining import Examiner
from horux_adapters.s3 import examining as store
from horux_adapters.smtp import probing as smtp
from horux_core.diagnosis.databases import (
    ClocksAgree,
    ConnectionsState,
    ConnectionsSuffice,
    DatabasesAnswer,
    MigrationsApplied,
    MovesLeftNothing,
    RightsAreFew,
    SessionsLast,
)
from horux_core.diagnosis.diagnosing import Diagnose
from horux_core.diagnosis.model import Check
from horux_core.diagnosis.service import (
    BackupsProven,
    ClientsWhole,
    DutiesDone,
    EventsFlow,
    JobsMove,
    NoticesFlow,
    WorkerLives,
)
from horux_core.diagnosis.surroundings import (
    BothCopies,
    CertificateLasts,
    DiskHasRoom,
    FilesArePrivate,
    KeysAreHeld,
    ListsAreFresh,
    Reachable,
    SettingsAreFit,
    VaultState,
)
from horux_core.tenancy.errors import DatabaseUnavailable

_SMTP_PATIENCE = 10.0


def diagnosis(horux: Horux, settings: Settings) -> Diagnose:
    places = dsns(settings)
    examiner = Examiner(places.admin, places.runtime, places.direct)
    return Diagnose((*_ground(settings, examiner), *_work(horux, settings), *_outside(horux, settings)))


def _ground(settings: Settings, examiner: Examiner) -> Iterator[Check]:
    vault, held = vault_seen(settings), keys(settings)
    yield SettingsAreFit(partial(_flaws, settings))
    yield FilesArePrivate("secretos", partial(_secrets, settings))
    yield DiskHasRoom(lambda: folders.rooms(_places(settings)))
    yield DatabasesAnswer(examiner.servers)
    yield ClocksAgree(examiner.skew)
    yield MigrationsApplied("migraciones-central", examiner.pending_central)
    yield MigrationsApplied("migraciones-clientes", examiner.pending_clients)
    yield MovesLeftNothing(examiner.left_by_moves)
    yield RightsAreFew(examiner.rights, apart=examiner.admin != examiner.runtime or settings.production)
    yield ConnectionsSuffice(partial(_connections, settings, examiner), LEAST)
    yield SessionsLast(examiner.sessions_pooled)
    for each in stores(settings):
        fine = f"El bucket {each.name} guarda y devuelve."
        yield Reachable("almacen", partial(store.trouble, each), fine, "Revisa S3_ENDPOINT, S3_BUCKET y las claves.")
    if vault.exposed is not None:
        yield FilesArePrivate("carpeta-de-fiel", vault.exposed)
    yield BothCopies(lambda: VaultState(examiner.sealed()[0], vault.whole()))
    yield KeysAreHeld(lambda: examiner.sealed()[1] | vault.versions(), frozenset(anchor_keys(held)), held.current)


def _work(horux: Horux, settings: Settings) -> Iterator[Check]:
    pulse, runs = horux.gateways.pulse(), horux.gateways.runs()

    def dead() -> tuple[tuple[str, datetime], ...]:
        with _up_to_date():
            return tuple((run.rfc, run.started_at) for run in runs.dead())

    yield WorkerLives(pulse)
    yield JobsMove(pulse)
    yield EventsFlow(pulse)
    yield NoticesFlow(pulse)
    yield DutiesDone(pulse)
    yield ClientsWhole(dead, system_clock)
    yield BackupsProven(pulse, demanded=settings.production)


def _outside(horux: Horux, settings: Settings) -> Iterator[Check]:
    if settings.mail == "smtp":
        server = replace(mailing.smtp_mailer(settings, system_clock).server, timeout=_SMTP_PATIENCE)
        fine = f"{server.host} deja entrar."
        yield Reachable("correo", lambda: smtp.trouble(server), fine, "Revisa SMTP_HOST, SMTP_PORT y la cuenta.")
    if settings.payments == "mercadopago":
        token = None if settings.mp_access_token is None else settings.mp_access_token.reveal()
        asked = partial(mercadopago.trouble, token, settings.mp_api_url, in_earnest=settings.production)
        yield Reachable("mercadopago", asked, "MercadoPago nos conoce.", "Copia el token de producción de su panel.")
    certificate = settings.tls_certificate
    yield CertificateLasts(None if certificate is None else partial(good_until, certificate), system_clock)
    yield ListsAreFresh(partial(_loaded, horux), system_clock)


def _loaded(horux: Horux) -> datetime | None:
    with _up_to_date():
        loaded: datetime | None = horux.gateways.listas().cargada()
    return loaded


@contextmanager
def _up_to_date() -> Iterator[None]:
    """What is asked as the service asks may be asked before its tables are there. Raises DatabaseUnavailable."""
    try:
        yield
    except psycopg.ProgrammingError as error:
        raise DatabaseUnavailable("La base de datos central no está al día: da horux migrate.") from error


def _places(settings: Settings) -> tuple[Path, ...]:
    """The folders of this machine that fill."""
    vault = (settings.vault_dir,) if settings.vault_kept == "filesystem" else ()
    backups = (backing_up.place(settings),) if settings.backups_kept == "filesystem" else ()
    return (settings.data_dir, *vault, *backups)


def _secrets(settings: Settings) -> tuple[str, ...]:
    kept = (settings.data_dir / name for name in ("secretos.json", "conexion.json", "demo.json"))
    return folders.exposed_files(kept)


def _flaws(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What a server in earnest should not go on with; one for development has none."""
    if not settings.production:
        return ()
    found: list[tuple[str, str]] = []
    if settings.mail != "smtp":
        found.append(("MAIL", "con otro que smtp no sale ningún correo."))
    if not settings.allowed_hosts:
        found.append(("ALLOWED_HOSTS", "falta; se contesta a cualquier nombre de equipo."))
    if not settings.trusted_proxy:
        found.append(("TRUSTED_PROXY", "falta; todas las solicitudes parecen venir del proxy."))
    if settings.database_admin_url is None:
        found.append(("DATABASE_ADMIN_URL", "falta; el servicio corre con los permisos de quien crea bases."))
    if settings.admin_email is None:
        found.append(("ADMIN_EMAIL", "falta; las fallas de respaldos y cobros no le llegan a nadie en particular."))
    if not settings.backup_public_key:
        found.append(("BACKUP_PUBLIC_KEY", "falta; no se puede respaldar."))
    return tuple(found)


def _connections(settings: Settings, examiner: Examiner) -> tuple[ConnectionsState, ...]:
    """Each process opens as many to every server: its share of the central one's. None where PgBouncer counts them."""
    if examiner.pooled():
        return ()
    processes, found = settings.processes, examiner.capacities()
    taken = fixed(processes)
    most = next(one.most for one in found if one.central)
    each = settings.tenant_connections_max or max(LEAST, (most - taken) // processes)
    return tuple(
        ConnectionsState(one.server, one.most, taken if one.central else fixed_elsewhere(), each, processes)
        for one in found
    )
