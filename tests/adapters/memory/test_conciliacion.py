from contracts.ports.conciliacion import ConciliacionContract
from tests.adapters.memory.test_books import InMemory


class TestMemoryConciliacion(InMemory, ConciliacionContract): ...
