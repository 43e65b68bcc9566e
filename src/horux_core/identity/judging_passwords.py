"""Which passwords are refused: the short and the guessable, never for lacking a kind of character (NIST SP 800-63B)."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from horux_core.identity.common_passwords import COMMON
from horux_core.identity.errors import WeakPassword

SHORTEST = 8
LONGEST = 1_000
_FEW_DIGITS = 12
_SPARE = 6
"""So many further characters do not save a guessable word: a year, a number, a sign."""
_TRACKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjklñ",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
    "!@#$%^&*()",
)
_BOTH_WAYS = tuple(track for one in _TRACKS for track in (one, one[::-1]))
_LEET = str.maketrans("01345789@$!|+", "oieastbgasiit")
_OTHER_LEET = str.maketrans("01345789@$!|+", "oleastbgasllt")


def require_strong(password: str, about: Iterable[str] = ()) -> None:
    """`about` are the person's e-mail and name, and the names and RFCs of its taxpayers.

    Raises WeakPassword with the reason.
    """
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise WeakPassword(f"La contraseña es muy corta: usa al menos {SHORTEST} caracteres.")
    if len(text) > LONGEST:
        raise WeakPassword(f"La contraseña es demasiado larga: usa a lo más {LONGEST} caracteres.")
    plain = _folded(text)
    if _repeats(plain):
        raise WeakPassword("La contraseña repite lo mismo una y otra vez: usa algo más variado.")
    if _runs(plain):
        raise WeakPassword("La contraseña sigue el orden del teclado, del alfabeto o de los números: usa otra.")
    if plain.isdigit() and len(plain) < _FEW_DIGITS:
        raise WeakPassword(
            "Una contraseña de puros números tan corta se adivina pronto: hazla más larga o agrega letras."
        )
    if any(_made_of(form, _personal(about)) for form in _forms(plain)):
        raise WeakPassword("La contraseña lleva tu nombre, tu correo o tu empresa: usa algo que nadie asocie contigo.")
    if any(_made_of(form, COMMON) for form in _forms(plain)):
        raise WeakPassword("La contraseña es de las más usadas o usa el nombre del producto: elige otra.")


def _folded(text: str) -> str:
    """Without accents or capitals: a guesser tries those first. ñ stays, it is a key of its own."""
    kept = text.casefold().replace("ñ", "\0")
    bare = "".join(c for c in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(c))
    return bare.replace("\0", "ñ")


def _repeats(text: str) -> bool:
    """One or two characters in all, or a short piece over and over."""
    if len(set(text)) <= 2:
        return True
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(4, len(text) // 2) + 1))


def _runs(text: str) -> bool:
    """Little else than runs along a row, the alphabet or the digits, or doubled ones (112233)."""
    undoubled = "".join(key for key, _ in groupby(text))
    return any(_apart_from_runs(form) for form in {text, undoubled})


def _apart_from_runs(text: str) -> bool:
    at = runs = loose = 0
    while at < len(text):
        length = _run_at(text, at)
        if length >= 3:
            runs += 1
            at += length
        else:
            loose += 1
            at += 1
    return 0 < runs <= 4 and loose <= 2


def _run_at(text: str, at: int) -> int:
    length = 1
    while at + length < len(text) and any(text[at : at + length + 1] in track for track in _BOTH_WAYS):
        length += 1
    same = len(text[at:]) - len(text[at:].lstrip(text[at]))
    return max(length, same)


def _forms(text: str) -> set[str]:
    """The password as it is and with digits and signs read as the letters they resemble."""
    edges = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    forms = {text, text.translate(_LEET), text.translate(_OTHER_LEET)} | {
        text.replace(edges, edges.translate(table)) for table in (_LEET, _OTHER_LEET) if edges
    }
    return forms | {form.replace("ñ", "n") for form in forms}


def _made_of(text: str, words: Iterable[str]) -> bool:
    """Whether little is left of it once the longest known words are taken out, three at most."""
    known = frozenset(words)
    longest = max(map(len, known), default=0)
    rest, at, taken = 0, 0, 0
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 2, -1) if text[at : at + n] in known), 0)
        if size and taken < 3:
            taken += 1
            at += size
        else:
            rest += 1
            at += 1
    letters = len(text) - rest
    return taken > 0 and rest <= _SPARE and letters >= max(rest, 4)


def _personal(about: Iterable[str]) -> frozenset[str]:
    whole = [_folded(text) for text in about]
    local = [text.partition("@")[0] for text in whole]
    pieces = [piece for text in [*whole, *local] for piece in re.split(r"[\W_\d]+", text)]
    domains = {"com", "mx", "org", "net", "gmail", "hotmail", "outlook", "yahoo"}
    return frozenset(word for word in [*local, *pieces] if len(word) >= 4 and word not in domains)
