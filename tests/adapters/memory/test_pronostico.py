from contracts.ports.libro_pronostico import LibroPronosticoContract
from tests.adapters.memory.test_books import InMemory


class TestMemoryLibroPronostico(InMemory, LibroPronosticoContract): ...
