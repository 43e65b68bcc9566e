"""The advisory locks with a number of their own, so that no two are the same; others are taken by a hashed name."""

MIGRATING = 0x486F72757800
TEMPLATE = 0x486F72757801
BOOKS = 0x486F72757802
CENTRAL = 0x486F72757803
