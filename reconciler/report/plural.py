"""One route, two routes."""


def counted(count: int, thing: str) -> str:
    """`1 route`, `2 routes`."""
    several = f"{thing}es" if thing.endswith("ch") else f"{thing}s"
    return f"{count} {thing if count == 1 else several}"
