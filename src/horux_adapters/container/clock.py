from datetime import UTC, datetime


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)  # noqa: TID251 the one clock of the product
