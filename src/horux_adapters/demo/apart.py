"""Work done in a process of its own, which gives its memory back: the supervisor stays small."""

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any


class StepFailed(Exception):
    """What a step said when it could not be taken."""


def apart(module: str, function: str, *arguments: object) -> Any:
    """What a function of plain values answers; its module is imported there and not here. Raises StepFailed."""
    asked = json.dumps([os.getpid(), module, function, arguments])
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __name__], input=asked, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise StepFailed(done.stdout.strip() or f"{module}.{function} terminó con {done.returncode}.")
    return json.loads(done.stdout)


def main() -> None:
    from horux_adapters.container.told import TOLD
    from horux_adapters.demo.supervising import end_with_parent

    supervisor, module, function, arguments = json.load(sys.stdin)
    end_with_parent(supervisor)
    try:
        answer = getattr(import_module(module), function)(*arguments)
    except (*TOLD, StepFailed) as error:
        sys.stdout.write(str(error))
        raise SystemExit(1) from error
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
