"""The numbers of the advisory locks, so that no two are the same."""

MIGRATING = 0x486F72757800
TEMPLATE = 0x486F72757801
BOOKS = 0x486F72757802
CENTRAL = 0x486F72757803
