"""Which routes are this repository's, by `owns` of reconciler.yaml. Pure.

incident.io has no place for a claim: what of a live route tells its repository are its owning teams
and its name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from reconciler.model.config import Config, Elsewhere
from reconciler.model.declaration import Listed
from reconciler.model.finding import Finding, Position
from reconciler.model.route import Route
from reconciler.model.words import Names


def owns_all(config: Config) -> bool:
    """Whether every route of the account is ours."""
    return not (config.owns_teams or config.owns_prefixes or config.elsewhere)


def owners_tell(config: Config) -> bool:
    """Whether only a route itself tells whose it is: the list of routes has no owners."""
    return bool(config.owns_teams or any(other.teams for other in config.elsewhere))


def is_ours(route: Route, config: Config, names: Names) -> bool:
    """`config` has ids of teams, or names, which `names` tells; the route has ids."""
    teams, prefixes = config.owns_teams, config.owns_prefixes
    rules = bool(teams or prefixes)
    own = not rules or _matches(route, teams, prefixes, names)
    return own and claimed_by(route, config, names) is None


def is_ours_by_name(listed: Listed, config: Config) -> bool | None:
    """What the list of routes tells, which has no owners. None: only the route itself tells."""
    if owns_all(config):
        return True
    if config.owns_prefixes and not _begins(listed.name, config.owns_prefixes):
        return False
    if is_named_elsewhere(listed.name, config):
        return False
    return None if owners_tell(config) else True


def is_named_elsewhere(name: str, config: Config) -> bool:
    """Whether the name alone makes it another repository's, whoever its owners are."""
    return any(_begins(name, other.prefixes) for other in config.elsewhere)


def claimed_by(route: Route, config: Config, names: Names) -> Elsewhere | None:
    """The other repository that owns it, by what this one's `elsewhere` says."""
    claims = (
        elsewhere
        for elsewhere in config.elsewhere
        if _matches(route, elsewhere.teams, elsewhere.prefixes, names)
    )
    return next(claims, None)


def _matches(route: Route, teams: Collection[str], prefixes: tuple[str, ...], names: Names) -> bool:
    owned = any(owner in teams or names.get(owner) in teams for owner in route.owners)
    return owned or _begins(route.name, prefixes)


def _begins(name: str, prefixes: Iterable[str]) -> bool:
    return any(name.startswith(prefix) for prefix in prefixes)


def overlaps(config: Config) -> Iterator[Finding]:
    """An error for each rule of `elsewhere` that shares a team or a beginning with ours: two
    repositories cannot own one route.
    """
    for other in config.elsewhere:
        shared = [team for team in other.teams if team in config.owns_teams]
        shared += shared_prefixes(other.prefixes, config.owns_prefixes)
        if shared:
            message = f"`{shared[0]}` of {other.repository} overlaps with what this repository owns"
            hint = "two repositories cannot own one route: leave it to one of them"
            yield Finding("error", "owns-overlap", message, hint, other.position)


def shared_prefixes(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of `some` with which a name can begin that begins with one of the others, too."""
    kept = tuple(others)
    return [
        prefix
        for prefix in some
        if any(prefix.startswith(other) or other.startswith(prefix) for other in kept)
    ]


def rule_words(config: Config, names: Names) -> str:
    """Our rule, in words: `routes of Payments (reconciler.yaml:3)`."""
    at = f" ({place_words(config.owns_at)})" if config.owns_at else ""
    if config.owns_teams:
        return f"routes of {listed_words(team_names(config.owns_teams, names))}{at}"
    if config.owns_prefixes:
        quoted = [f'"{prefix}"' for prefix in config.owns_prefixes]
        return f"routes whose names begin with {listed_words(quoted, 'or')}{at}"
    return f"all routes that `owns.elsewhere` leaves{at}"


def place_words(position: Position) -> str:
    return f"{position.file}:{position.line}"


def team_names(ids: Iterable[str], names: Names) -> list[str]:
    return sorted(names.get(team) or team for team in ids)


def listed_words(words: Sequence[str], last: str = "and") -> str:
    *first, end = words or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def whose_words(route: Route, config: Config, names: Names) -> str:
    """Why a route is not ours: `belongs to Ledger, which ledger-alerts owns (…:7)`."""
    claim = claimed_by(route, config, names)
    owners = route.owners
    if claim is not None:
        owners = tuple(
            owner for owner in owners if owner in claim.teams or names.get(owner) in claim.teams
        )
        at = f" ({place_words(claim.position)})" if claim.position else ""
        if not owners:
            return f"has a name that belongs to {claim.repository}{at}"
        teams = listed_words(team_names(owners, names))
        return f"belongs to {teams}, which {claim.repository} owns{at}"
    if config.owns_teams and not owners:
        return "has no owning team"
    if config.owns_teams:
        return f"belongs to {listed_words(team_names(owners, names))}"
    return "has a name outside of `owns`"
