"""Writes a ZIP of documents: `python -m tests.benchmarks.sample N PLACE RFC`."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from horux_adapters.demo import year as story


def from_the_shared_maker(count: int, place: Path, rfc: str) -> bool:
    """Whether the maker of big samples is laid beside the project."""
    for up in Path(__file__).resolve().parents:
        maker = up / "shared" / "samples" / "make_bulk.py"
        if maker.is_file():
            command = [sys.executable, str(maker), "-n", str(count), "--zip", str(place), "--tenant-rfc", rfc]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return True
    return False


def from_the_demonstration(count: int, place: Path, rfc: str) -> None:
    """Years of the sample client under the taxpayer's RFC, each of another seed."""
    story.CLIENT = replace(story.CLIENT, rfc=rfc)
    written = seed = 0
    with ZipFile(place, "w", ZIP_DEFLATED) as archive:
        while written < count:
            for name, content in story.year(date(2026, 1, 1), seed)[: count - written]:
                archive.writestr(name, content)
                written += 1
            seed += 1


if __name__ == "__main__":
    wanted, where, taxpayer = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if not from_the_shared_maker(wanted, where, taxpayer):
        from_the_demonstration(wanted, where, taxpayer)
