"""How much one request may bring. Sizes in bytes."""

MIB = 1024 * 1024

MAX_BODY = 200 * MIB
"""An upload of many, as it is sent."""
MAX_JSON = 20 * MIB
"""The same as a JSON array."""
MAX_FILES = 50_000
"""Every entry counts, also folders and those inside a ZIP in a ZIP."""
MAX_INFLATED = 1024 * MIB
"""All entries of an upload together, inflated."""
MAX_ENTRY = 20 * MIB
"""One document, or a ZIP inside a ZIP, inflated."""
SMALL_FILES = 100
SMALL_SENT = 5 * MIB
"""An upload of at most so many files and bytes is entered while its sender waits."""
