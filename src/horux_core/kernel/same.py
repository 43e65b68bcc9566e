"""In a change, a field that says nothing, where None would say: take it away."""

from enum import Enum


class Same(Enum):
    """Not mentioned: it stays as it is."""

    SAME = "same"


SAME = Same.SAME
