"""`horux mail`: what Horux360 writes to people."""

from pathlib import Path

import typer

app = typer.Typer(no_args_is_help=True)
_OUT = Path("datos/correos-de-muestra")


@app.callback()
def group() -> None:
    """Los correos."""


@app.command("preview", help="Dibuja cada correo con datos de muestra, en HTML y en texto, y dice dónde quedó.")
def preview(out: Path = typer.Option(_OUT, file_okay=False, help="Carpeta donde quedan.")) -> None:
    from horux_adapters.smtp.rendering import Rendering, name
    from horux_adapters.smtp.samples import SAMPLES

    rendering = Rendering()
    out.mkdir(parents=True, exist_ok=True)
    for number, letter in enumerate(SAMPLES, start=1):
        drawn = rendering(letter, replies=True)
        for ending, text in (("html", drawn.html), ("txt", f"{drawn.subject}\n\n{drawn.text}")):
            place = out / f"{number:02}-{name(type(letter))}.{ending}"
            place.write_text(text, encoding="utf-8")
            typer.echo(str(place))
