"""`horux cfdi`: the documents of a client."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer

from horux_adapters.cli.surroundings import product

if TYPE_CHECKING:
    from horux_adapters.container.horux import Horux
    from horux_core.fiscal.cfdi.ports import Spool, SpoolRef
    from horux_core.jobs.model import Job
    from horux_core.kernel.ids import JobId, TenantId

app = typer.Typer(no_args_is_help=True)
_CHUNK = 1024 * 1024
_POLL_SECONDS = 0.2


@app.callback()
def group() -> None:
    """Los CFDI de un cliente."""


@app.command("import", help="Carga un XML, un ZIP o una carpeta; termina con 1 si nada se pudo tomar.")
def import_(rfc: str, path: Path = typer.Argument(exists=True, readable=True)) -> None:
    from horux_core.identity.model import Actor

    with product() as horux:
        tenant = horux.use_cases.show_tenant()(Actor.system(), rfc)
        upload = _spooled(horux, tenant.id, path)
        taken = horux.use_cases.take_upload()(Actor.system(tenant.id), upload)
        outcome = _followed(horux, tenant.id, taken) if taken == upload.id else taken.plain()
    _tell(outcome)


def _spooled(horux: "Horux", tenant: "TenantId", path: Path) -> "SpoolRef":
    from horux_core.kernel.ids import JobId

    spool: Spool = horux.gateways.spool()
    writer = spool.create(tenant, JobId(uuid4()))
    try:
        for file, name in _files(path):
            writer.begin(name)
            with file.open("rb") as content:
                while chunk := content.read(_CHUNK):
                    writer.write(chunk)
        return writer.commit()
    except BaseException:
        writer.discard()
        raise


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    if path.is_file():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.suffix.lower() in (".xml", ".zip"):
            yield file, str(file.relative_to(path))


def _followed(horux: "Horux", tenant: "TenantId", ident: "JobId") -> dict[str, Any]:
    """Run the job here, unless a worker was quicker, and show how far it has got."""
    from rich.console import Console
    from rich.progress import Progress

    from horux_adapters.container.clock import system_clock
    from horux_adapters.container.horux import job_kinds
    from horux_adapters.worker.handling import Handling

    g = horux.gateways
    handling = Handling(g.deliveries(), g.jobs(), horux.reactions(), job_kinds(horux), system_clock)
    ended, job = Event(), g.jobs().get(tenant, ident)

    def run() -> None:
        while not (handling.run(ident) or ended.wait(job.wait().total_seconds())):
            pass

    runner = Thread(target=run, daemon=True)
    runner.start()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Cargando", total=None)
        while True:
            job = g.jobs().get(tenant, ident)
            bar.update(task, total=job.recibidos or None, completed=job.procesados)
            if job.ended:
                break
            ended.wait(_POLL_SECONDS)
    ended.set()
    runner.join()
    return _come_of(job)


def _come_of(job: "Job") -> dict[str, Any]:
    """The outcome of a job that ended well; of another what it kept is told, and the command fails."""
    from horux_core.fiscal.cfdi.loading import KEPT

    outcome: dict[str, Any] = dict(job.outcome or {})
    if job.error:
        typer.echo(job.error, err=True)
        if KEPT in outcome:
            _tell(outcome[KEPT])
        raise typer.Exit(1)
    return outcome


def _tell(plain: dict[str, Any]) -> None:
    """What became of each file; the command fails when none could be taken."""
    from horux_core.fiscal.cfdi.outcome import Outcome

    outcome = Outcome.of(plain)
    refused = bool(outcome.rejected) and not (outcome.inserted or outcome.duplicates)
    typer.echo(
        f"Recibidos {outcome.received}: nuevos {outcome.inserted}, repetidos {outcome.duplicates}, "
        f"rechazados {outcome.rejected_total}, ignorados {outcome.ignored_total}.",
        err=refused,
    )
    for file in outcome.rejected:
        typer.echo(f"  {file.file}: {file.detail} ({file.code})", err=refused)
    if refused:
        raise typer.Exit(1)
