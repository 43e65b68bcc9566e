"""Settings that come in files: those of systemd's credentials folder, and those a `NAME_FILE` variable points to."""

from collections.abc import Collection, Mapping
from pathlib import Path

CREDENTIALS = "CREDENTIALS_DIRECTORY"
_OURS = "horux_"
"""How systemd begins the names of what it was told to load as `horux`."""
_SUFFIX = "_FILE"
_LONGEST = 64 * 1024


class SecretFileUnfit(ValueError):
    """A variable's file cannot be used. The message is the Spanish reason and repeats nothing of the file."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(why)
        self.variable = variable


def with_files(env: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """The environment, with the values of `known` variables that are in files. Raises SecretFileUnfit.

    A variable that is set itself and in a file is refused: nobody could say which one counts.
    """
    found = {name: Path(env[name + _SUFFIX]) for name in known if env.get(name + _SUFFIX)}
    for name, path in _credentials(env, known).items():
        if found.setdefault(name, path) != path:
            raise SecretFileUnfit(name, f"viene en {name}{_SUFFIX} y en la carpeta de credenciales: deja una sola")
    complete = dict(env)
    for name, path in found.items():
        if env.get(name):
            raise SecretFileUnfit(name, "viene en el entorno y también en un archivo: deja uno solo")
        complete[name] = _content(name, path)
        complete.pop(name + _SUFFIX, None)
    # What is read is handed on as a whole: another process that got both would not know which counts.
    complete.pop(CREDENTIALS, None)
    return complete


def _credentials(env: Mapping[str, str], known: Collection[str]) -> dict[str, Path]:
    folder = env.get(CREDENTIALS)
    if not folder:
        return {}
    try:
        inside = sorted(Path(folder).iterdir())
    except OSError:
        raise SecretFileUnfit(CREDENTIALS, "no es una carpeta que se pueda leer") from None
    named = {path.name.removeprefix(_OURS): path for path in inside}
    return {name: path for name, path in named.items() if name in known}


def _content(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError):
        raise SecretFileUnfit(name, "su archivo no se puede leer: revisa que exista y sus permisos") from None
    if len(text) > _LONGEST:
        raise SecretFileUnfit(name, f"su archivo pasa de {_LONGEST // 1024} KiB: no es un secreto")
    return text.strip()
