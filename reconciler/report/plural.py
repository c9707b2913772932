"""One route, two routes."""


def counted(count: int, thing: str) -> str:
    """`1 route`, `2 routes`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
