"""What `deploy/backups.md` has a person type, typed: each command as it stands there, on a machine that is a folder."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.household import plain_environment

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
_BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_ROOTS = re.compile(r"(?<![\w/])/(?:etc/horux|var/horux|srv/respaldos-horux|dev/shm)\b")
# What a machine has and a folder has not: the service's account, another machine, and the command's own wrapper.
_HERE = """
install() { local kept=(); while (($#)); do case $1 in -o|-g) shift;; *) kept+=("$1");; esac; shift; done
            command install "${kept[@]}"; }
chown() { [[ -d ${*: -1} ]]; }
rsync() { [[ $1 == -a && $2 == */ ]] && mkdir -p "${3#root@SERVIDOR:}" && cp -a "$2." "${3#root@SERVIDOR:}"; }
horux() { "$PYTHON" -m horux_adapters.cli.main "$@"; }
"""


def commands(title: str) -> list[str]:
    """Those of the steps under that heading, in their order."""
    text = (DEPLOY / "backups.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0].split("\n**Lo que un cliente", 1)[0]
    lines = (line.strip() for _, block in _BLOCK.findall(section) for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@dataclass
class Machine:
    """`root` stands for `/`. `pasted` is what is put in at a Ctrl-D, by the name of the file; `setup` is `horux-setup`,
    which answers the settings that its secrets add to those of `horux.env`; `started` is told the units."""

    root: Path
    pasted: Mapping[str, str]
    public_key: str
    setup: Callable[[], Mapping[str, str]]
    started: Callable[[str], None]
    secrets: dict[str, str] = field(default_factory=dict)

    def place(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def env(self) -> dict[str, str]:
        """As systemd and `/usr/local/bin/horux` give it: the settings' file, and a file for each secret."""
        lines = self.place("/etc/horux/horux.env").read_text(encoding="utf-8").splitlines()
        told = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z][A-Z0-9_]*=", line))
        kept = {file.name: file.read_text().strip() for file in self.place("/etc/horux/secretos").iterdir()}
        return {**told, **self.secrets, **kept}

    def typed(self, command: str) -> str:
        """What it said. Raises AssertionError when it failed, or is none that a machine of ours knows."""
        words = shlex.split(command, comments=True)
        if words[0] == "./deploy/horux-setup":
            self.secrets.update(self.setup())
            return ""
        if words[:2] == ["systemctl", "start"]:
            for unit in words[2:]:
                self.started(unit)
            return ""
        if words[0] == "systemctl":
            assert words[1:] == ["stop", "horux-*"], command
            return ""
        assert words[0] in {"install", "sed", "rsync", "chown", "horux", "shred"}, command
        return self._run(command, words)

    def _run(self, command: str, words: list[str]) -> str:
        line = _ROOTS.sub(lambda found: str(self.place(found[0])), command).replace("age1…", self.public_key)
        settings = self.env() if words[0] == "horux" else {}
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", _HERE + line],
            input=self.pasted[Path(words[-1]).name] if "/dev/stdin" in words else "",
            capture_output=True, text=True, check=False, timeout=3600,
            env=plain_environment(PYTHON=sys.executable, COLUMNS="200", **settings),
        )  # fmt: skip
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
        assert not any(secret in ended.stdout + ended.stderr for secret in self.pasted.values())
        return ended.stdout

    def settings_written(self, **more: str) -> None:
        """The settings' file as `horux-setup` makes it of the sample, with what an operator puts in."""
        sample = (DEPLOY / "horux.env").read_text(encoding="utf-8").replace("@NOMBRE@", "horux360.ejemplo.mx")
        text = _ROOTS.sub(lambda found: str(self.place(found[0])), sample)
        for name, value in more.items():
            text, times = re.subn(rf"^(?:# )?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert times == 1, name
        place = self.place("/etc/horux/horux.env")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def command_of(unit: str) -> Iterator[str]:
    """What a unit of ours runs, after `horux`. Raises FileNotFoundError for a unit that is none."""
    file = re.sub(r"@\d", "@", unit)
    file = file if "." in file else f"{file}.service"
    for line in (DEPLOY / "systemd" / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("ExecStart="):
            yield line.partition("/bin/horux ")[2]
