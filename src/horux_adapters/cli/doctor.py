"""`horux doctor`: everything an operator would look at, how it is, and what to do."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import typer

from horux_adapters.cli.surroundings import data_dir, explained, needs_own_server, with_development_secrets

if TYPE_CHECKING:
    from horux_adapters.container.settings import Settings
    from horux_core.diagnosis.model import Finding

_MARKS = {"ok": "[green]bien [/green]", "warn": "[yellow]aviso[/yellow]", "fail": "[red]falla[/red]"}


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Una línea de JSON al final, para un programa."),
    strict: bool = typer.Option(False, help="Terminar con 1 también si solo hay avisos."),
) -> None:
    with explained():
        found = tuple(_shown(_findings(), quiet=as_json))
    verdicts = {str(finding.verdict) for finding in found}
    if as_json:
        typer.echo(_json(found, verdicts))
    if "fail" in verdicts or (strict and "warn" in verdicts):
        raise typer.Exit(1)


def _findings() -> Iterator["Finding"]:
    """Settings that do not serve are all there is to say: nothing else can be asked."""
    from horux_adapters.container.doctor import diagnosis
    from horux_adapters.container.horux import opened
    from horux_adapters.container.settings import SettingsInvalid
    from horux_adapters.telemetry.logs import configure
    from horux_core.diagnosis.model import Finding, Verdict

    try:
        with _settled() as settings:
            configure(production=settings.production, level="error")
            with opened(settings) as horux:
                yield from diagnosis(horux, settings)()
    except SettingsInvalid as error:
        for name, why in error.problems.items():
            advice = "Corrige esa variable; las demás cosas se revisan después."
            yield Finding("configuracion", Verdict.FALLA, f"{name}: {why}.", advice)


@contextmanager
def _settled() -> Iterator["Settings"]:
    """As they are: nothing is brought up to date. Raises SettingsInvalid or EmbeddedError."""
    from horux_adapters.container.local import server_for_a_command
    from horux_adapters.container.settings import environment, load

    complete = with_development_secrets(environment())
    with ExitStack() as stack:
        if needs_own_server(complete):
            load({**complete, "DATABASE_URL": "postgresql://127.0.0.1/horux360"})
            complete = stack.enter_context(server_for_a_command(complete, data_dir(complete)))
        settings = load(complete)
        if settings.storage == "memory":
            raise typer.BadParameter("con STORAGE=memory nada se conserva: no hay qué revisar.")
        yield settings


def _shown(findings: Iterable["Finding"], *, quiet: bool) -> Iterator["Finding"]:
    """Each as soon as it is known."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    for finding in findings:
        if not quiet:
            console.print(f"{_MARKS[finding.verdict]}  {finding.check}: {escape(finding.said)}", soft_wrap=True)
            if finding.advice:
                console.print(f"       {escape(finding.advice)}", soft_wrap=True)
        yield finding


def _json(found: Iterable["Finding"], verdicts: set[str]) -> str:
    import json

    worst = next((verdict for verdict in ("fail", "warn") if verdict in verdicts), "ok")
    checks = [
        {"nombre": each.check, "estado": str(each.verdict), "detalle": each.said, "remedio": each.advice}
        for each in found
    ]
    return json.dumps({"estado": worst, "revisiones": checks}, ensure_ascii=False)
