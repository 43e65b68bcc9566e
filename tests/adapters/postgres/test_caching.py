from collections.abc import Callable, Iterator

import pytest

from horux_adapters.postgres.listening import Cache


class Told:
    """Word of changes that comes when a test says so."""

    def __init__(self) -> None:
        self.trusted, self.epoch = True, 1
        self.change: Callable[[str], None] = lambda key: None
        self.lost: Callable[[], None] = lambda: None

    def subscribe(self, kind: str, callback: Callable[[str], None]) -> None:
        self.change = callback

    def on_lost(self, callback: Callable[[], None]) -> None:
        self.lost = callback

    def cut(self) -> None:
        self.trusted = False
        self.lost()

    def back(self) -> None:
        self.trusted, self.epoch = True, self.epoch + 1


class Source:
    """What a cache stands before: counts how often it is asked."""

    def __init__(self) -> None:
        self.value, self.asked = "vieja", 0

    def __call__(self, key: str) -> str:
        self.asked += 1
        return f"{key}={self.value}"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def source() -> Source:
    return Source()


class TestCache:
    def test_asks_once_while_nothing_changes(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source)
        assert [cache.get("a"), cache.get("a"), cache.get("b")] == ["a=vieja", "a=vieja", "b=vieja"]
        assert source.asked == 2

    def test_forgets_the_key_a_notice_names_and_no_other(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source)
        cache.get("a"), cache.get("b")
        source.value = "nueva"
        told.change("a")
        assert (cache.get("a"), cache.get("b")) == ("a=nueva", "b=vieja")
        told.change("")
        assert cache.get("b") == "b=nueva"

    def test_asks_each_time_while_it_hears_nothing(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source)
        cache.get("a")
        told.cut()
        source.value = "nueva"
        assert (cache.get("a"), cache.get("a")) == ("a=nueva", "a=nueva")
        assert source.asked == 3

    def test_is_wary_even_before_the_loss_is_told(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source)
        cache.get("a")
        told.trusted = False
        source.value = "nueva"
        assert cache.get("a") == "a=nueva"

    def test_keeps_nothing_from_before_an_interruption(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source)
        cache.get("a")
        told.trusted = False
        source.value = "nueva"
        told.back()
        assert cache.get("a") == "a=nueva"

    def test_does_not_keep_what_changed_while_it_was_read(self, told: Told) -> None:
        values = iter(["vieja", "nueva"])

        def load(key: str) -> str:
            value = next(values)
            if value == "vieja":
                told.change(key)
            return value

        cache = Cache(told, "precio", load)
        assert [cache.get("a"), cache.get("a"), cache.get("a")] == ["vieja", "nueva", "nueva"]

    @pytest.mark.parametrize("before", [True, False])
    def test_does_not_keep_what_was_read_across_an_interruption(self, told: Told, before: bool) -> None:
        asked: list[str] = []

        def load(key: str) -> str:
            asked.append(key)
            if before:
                told.cut()
            told.back()
            return key

        told.trusted = before
        cache = Cache(told, "precio", load)
        cache.get("a"), cache.get("a")
        assert len(asked) == 2

    def test_asks_again_after_its_time(self, told: Told, source: Source) -> None:
        now = [0.0]
        cache = Cache(told, "precio", source, ttl=300, clock=lambda: now[0])
        cache.get("a")
        now[0] = 299.0
        cache.get("a")
        assert source.asked == 1
        now[0] = 300.0
        cache.get("a")
        assert source.asked == 2

    def test_keeps_so_many_the_last_used(self, told: Told, source: Source) -> None:
        cache = Cache(told, "precio", source, size=2)
        for key in ("a", "b", "a", "c", "a"):
            cache.get(key)
        assert source.asked == 3
        cache.get("b")
        assert source.asked == 4

    def test_does_not_remember_a_failure(self, told: Told) -> None:
        answers: Iterator[LookupError | str] = iter([LookupError("nada"), "ya"])

        def load(key: str) -> str:
            answer = next(answers)
            if isinstance(answer, LookupError):
                raise answer
            return answer

        cache = Cache(told, "precio", load)
        with pytest.raises(LookupError):
            cache.get("a")
        assert cache.get("a") == "ya"
