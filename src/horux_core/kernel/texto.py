"""Texts as they are compared by a reader."""

import unicodedata


def llano(texto: str) -> str:
    """In lower case and without accents."""
    sueltas = unicodedata.normalize("NFD", texto)
    return "".join(letra for letra in sueltas if not unicodedata.combining(letra)).lower()
