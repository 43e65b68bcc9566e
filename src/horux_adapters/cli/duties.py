"""`horux duties`: what the service does by itself when the hour comes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from horux_adapters.cli.surroundings import product

if TYPE_CHECKING:
    from horux_core.operations.duties import DutyRecord
    from horux_core.operations.scheduling import Schedule

app = typer.Typer(no_args_is_help=True)
_UNITS = ((timedelta(hours=1), "h"), (timedelta(minutes=1), "min"), (timedelta(seconds=1), "s"))


@app.command("list", help="Cada deber: cuándo toca, cómo le fue y cuándo sigue, a la hora de la Ciudad de México.")
def list_all() -> None:
    from rich.console import Console
    from rich.table import Table

    from horux_adapters.container.clock import system_clock
    from horux_adapters.container.duties import duties

    table = Table("Deber", "Cuándo", "Cumplido", "Cómo va", "Sigue")
    with product() as horux:
        log, now = horux.gateways.duty_log(), system_clock()
        for duty in duties(horux):
            record = log.of(duty.name)
            due = now if record.due(duty.schedule, now) else record.retry_at or duty.schedule.next(now)
            table.add_row(duty.name, _when(duty.schedule), _local(record.done_at), _standing(record), _local(due))
    Console().print(table)


@app.command("run", help="Cumple un deber ahora, toque o no.")
def run(name: str = typer.Argument(help="Su nombre, como en `horux duties list`.")) -> None:
    from horux_adapters.container.clock import system_clock
    from horux_adapters.container.duties import named
    from horux_adapters.worker.attending import Rounds

    with product() as horux:
        record = Rounds(horux.gateways.duty_log(), system_clock).by_hand(named(horux, name))
        typer.echo(f"{name}: {_standing(record)}.", err=record.failing)
        if record.failing:
            raise typer.Exit(1)


def _when(schedule: "Schedule") -> str:
    from horux_core.operations.scheduling import Daily

    if isinstance(schedule, Daily):
        return f"cada día a las {schedule.at:%H:%M}"
    size, unit = next((size, unit) for size, unit in _UNITS if not schedule.period % size)
    return f"cada {schedule.period // size} {unit}"


def _standing(record: "DutyRecord") -> str:
    if record.held and record.tries:
        return "se está haciendo"
    if record.failing:
        return f"falló ({record.tries} {'vez' if record.tries == 1 else 'veces'}): {record.last_error}"
    if record.tries:
        return "se cortó a la mitad"
    if record.done_at is None:
        return "nunca se ha hecho"
    return f"bien{_counted(record.outcome)}"


def _counted(outcome: Mapping[str, int]) -> str:
    told = ", ".join(f"{what} {count}" for what, count in outcome.items() if count)
    if told or not outcome:
        return told and f" ({told})"
    return ", sin nada que hacer"


def _local(moment: datetime | None) -> str:
    from horux_core.kernel.clock import MEXICO

    return "" if moment is None else f"{moment.astimezone(MEXICO):%Y-%m-%d %H:%M:%S}"
