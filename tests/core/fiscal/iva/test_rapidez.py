"""The events of many documents, in a time a person does not notice."""

from time import process_time

from horux_core.fiscal.iva.eventos import eventos
from tests.core.fiscal.iva.libros import OPCIONES, documento, gravada, libro, nota, pagada

_CADA_CUAL = 1000
_SEGUNDOS_POR_DOCUMENTO = 100e-6
"""Three times what 50,000 documents may take in CPython, for a machine that does other things meanwhile."""


def test_ten_thousand_documents_give_their_events_within_a_second() -> None:
    documentos = []
    for k in range(_CADA_CUAL):
        dia = f"2026-{k % 12 + 1:02d}-10"
        documentos += [documento(f"A{k}-{j}", dia, gravada("1000.00"), "recibido") for j in range(6)]
        documentos.append(documento(f"B{k}", dia, gravada("1000.00"), metodo_pago="PPD"))
        documentos += [pagada(f"C{k}-{j}", f"B{k}", dia, "580.00") for j in range(2)]
        documentos.append(nota(f"D{k}", dia, gravada("10.00"), f"A{k}-0", lado="recibido"))
    todos = libro(*documentos)
    inicio = process_time()
    hechos, _ = eventos(todos, None, OPCIONES)
    assert process_time() - inicio < len(todos) * _SEGUNDOS_POR_DOCUMENTO
    assert len(hechos) == 9 * _CADA_CUAL
