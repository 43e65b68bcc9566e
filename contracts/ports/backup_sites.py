"""What every Dumper, Site and Estate promises; a subclass brings the fixtures that each suite names."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from horux_core.backups import naming
from horux_core.backups.errors import NotRestorable
from horux_core.backups.model import Contents, Kind, Subject, differences
from horux_core.backups.ports import Dumper, Estate, Site, Trial
from horux_core.kernel.errors import HoruxError

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
Change = Callable[[], None]


def dump(dumper: Dumper, subject: Subject) -> tuple[bytes, Contents]:
    with dumper.dumped(subject) as found:
        octets = b"".join(iter(lambda: found.read(1000), b""))
        return octets, found.contents()


def pour(trial: Trial, octets: bytes) -> Contents:
    for start in range(0, len(octets), 777):
        trial.write(octets[start : start + 777])
    trial.flush()
    return trial.found()


class DumperContract:
    """`dumper`, a `subject` it dumps, one that is `gone`, and `change`, which adds to the subject."""

    def test_tells_what_is_in_it(self, dumper: Dumper, subject: Subject, change: Change) -> None:
        octets, contents = dump(dumper, subject)
        assert octets
        assert contents.entries
        assert differences(contents, dump(dumper, subject)[1]) == ()
        change()
        assert differences(contents, dump(dumper, subject)[1]) != ()

    def test_is_of_one_moment(self, dumper: Dumper, subject: Subject, change: Change) -> None:
        before = dump(dumper, subject)[1]
        with dumper.dumped(subject) as found:
            octets = b"".join(iter(lambda: found.read(1000), b""))
            change()
            assert found.contents() == before
        assert octets

    def test_what_is_gone_cannot_be_dumped(self, dumper: Dumper, gone: Subject) -> None:
        with pytest.raises(HoruxError):
            dump(dumper, gone)


class SiteContract:
    """`site`, a `dumper`, a `subject`, and `change`, which adds to the subject."""

    def test_a_trial_is_equal_and_leaves_nothing(self, site: Site, dumper: Dumper, subject: Subject) -> None:
        octets, contents = dump(dumper, subject)
        with site.trial(subject) as trial:
            assert differences(contents, pour(trial, octets)) == ()
        assert (site.sweep(), site.left_over()) == (0, ())

    @pytest.mark.parametrize("part", [0, 0.5, 0.98])
    def test_what_is_cut_off_is_told(self, site: Site, dumper: Dumper, subject: Subject, part: float) -> None:
        octets, _ = dump(dumper, subject)
        with pytest.raises(HoruxError), site.trial(subject) as trial:
            pour(trial, octets[: int(len(octets) * part)])
        with pytest.raises(HoruxError), site.beside(subject, naming.beside_name(subject, NOON)) as trial:
            pour(trial, octets[: int(len(octets) * part)])
        assert (site.sweep(), site.left_over()) == (0, ())

    def test_beside_is_kept_and_takes_the_place_of_what_is_there(
        self, site: Site, dumper: Dumper, subject: Subject, change: Change
    ) -> None:
        beside, aside = naming.beside_name(subject, NOON), naming.aside_name(subject, NOON)
        octets, contents = dump(dumper, subject)
        change()
        changed = dump(dumper, subject)[1]
        with site.beside(subject, beside) as trial:
            assert differences(contents, pour(trial, octets)) == ()
        assert site.left_over() == (beside,)
        assert differences(changed, dump(dumper, subject)[1]) == ()
        assert site.mark(subject) == ""
        site.swap(subject, beside, aside, "uno")
        assert site.left_over() == (aside,)
        assert site.mark(subject) == "uno"
        assert differences(contents, dump(dumper, subject)[1]) == ()
        assert site.drop(aside)
        assert not site.drop(aside)
        assert (site.left_over(), site.sweep()) == ((), 0)

    def test_beside_breaks_off_without_a_trace(self, site: Site, dumper: Dumper, subject: Subject) -> None:
        octets, _ = dump(dumper, subject)

        def broken_off() -> None:
            with site.beside(subject, naming.beside_name(subject, NOON)) as trial:
                pour(trial, octets)
                _ = 1 / 0

        with pytest.raises(ZeroDivisionError):
            broken_off()
        assert (site.left_over(), site.sweep()) == ((), 0)

    def test_beside_takes_nobody_s_name(self, site: Site, dumper: Dumper, subject: Subject) -> None:
        octets, beside = dump(dumper, subject)[0], naming.beside_name(subject, NOON)
        with site.beside(subject, beside) as trial:
            pour(trial, octets)
        with pytest.raises(NotRestorable), site.beside(subject, beside) as trial:
            pour(trial, octets)
        assert site.drop(beside)

    def test_drops_nothing_that_is_in_use(self, site: Site, subject: Subject) -> None:
        for name in (subject.database, "postgres", "horux360", "../fuera", "horux_lado_x_1", ""):
            with pytest.raises(NotRestorable):
                site.drop(name)


class EstateContract:
    """`estate`, with the clients of `expected`: their states are all there are."""

    def test_tells_the_central_database_and_every_client(self, estate: Estate, expected: tuple[Subject, ...]) -> None:
        assert estate.central().kind is Kind.CENTRAL
        assert estate.clients() == expected
