"""`horux mail preview`: every letter can be looked at, with no server and no settings."""

from pathlib import Path

from horux_adapters.smtp.samples import SAMPLES
from tests.cli.running import horux


def test_every_letter_is_drawn_in_both_parts_and_its_place_told(tmp_path: Path) -> None:
    out = tmp_path / "aquí" / "correos"
    ended = horux("mail", "preview", "--out", str(out))
    assert ended.returncode == 0, ended.stderr
    told = [Path(line) for line in ended.stdout.splitlines()]
    assert sorted(told) == sorted(out.iterdir())
    assert [place.suffix for place in told] == [".html", ".txt"] * len(SAMPLES)
    for letter, html, text in zip(SAMPLES, told[::2], told[1::2], strict=True):
        assert html.stem == text.stem
        assert html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
        assert text.read_text(encoding="utf-8").startswith(f"{letter.subject}\n\nHorux360\n")


def test_again_in_the_same_place_and_by_itself_in_this_one(tmp_path: Path) -> None:
    first, second = (horux("mail", "preview", cwd=tmp_path) for _ in range(2))
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, first.stdout)
    assert (tmp_path / first.stdout.splitlines()[0]).is_file()


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    ended = horux("mail", "preview", "--out", str(tmp_path / "x"))
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
