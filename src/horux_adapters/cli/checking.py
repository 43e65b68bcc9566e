"""`python -m horux_adapters.cli.checking`: whether the settings of this environment serve. Nothing is opened."""

from horux_adapters.cli.surroundings import explained


def main() -> None:
    """Ends with 1, and the sentence of each variable that has to be put right, where they do not."""
    from horux_adapters.container.settings import from_environment

    with explained():
        from_environment()


if __name__ == "__main__":
    import typer

    typer.run(main)
