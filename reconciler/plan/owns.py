"""What a plan may touch, by `owns` of reconciler.yaml: what is ours live, and stays ours. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model import (
    Config,
    Declaration,
    Finding,
    Level,
    Listed,
    Live,
    Names,
    Path,
    canonical_pair,
    claimed_by,
    is_named_elsewhere,
    is_ours,
    is_ours_by_name,
    listed_words,
    owns_all,
    rule_words,
    team_names,
    whose_words,
)
from reconciler.plan.compare.effective import effective
from reconciler.plan.guards import Approvals, how_to_approve
from reconciler.plan.identify import Identified, Pair
from reconciler.plan.make import Bases
from reconciler.plan.plan import PlanContext


def declared_outside(declaration: Declaration, config: Config, names: Names) -> Finding | None:
    """The error of a file whose route would not be ours. Of an absent route, or one whose owners
    the dashboard decides, the live one tells.
    """
    if declaration.absent and config.owns_teams:
        return None
    open_owners = "owners" in declaration.ignore_changes and bool(config.owns_teams)
    if open_owners and not is_named_elsewhere(declaration.route.name, config):
        return None
    if is_ours(declaration.route, config, names):
        return None
    claim = claimed_by(declaration.route, config, names)
    by_team = bool(claim.teams if claim else config.owns_teams)
    name = declaration.route.name
    message = (
        f'"{name}" {whose_words(declaration.route, config, names)}, and this repository owns '
        f"{rule_words(config, names)}"
    )
    hint = f"{_way_in(config, names)}, or declare it in the repository that owns it"
    path: Path = ("owners",) if by_team and declaration.route.owners else ("name",)
    return declaration.finding("error", "outside-owns", message, hint, path)


def _way_in(config: Config, names: Names) -> str:
    if config.owns_teams:
        return f"write `owners: [{team_names(config.owns_teams, names)[0]}]`, change `owns`"
    if config.owns_prefixes:
        return f'begin its name with "{config.owns_prefixes[0]}", change `owns`'
    return "change `owns.elsewhere`"


def not_ours(
    listed: Iterable[Listed] | None, lives: Mapping[str, Live], config: Config, names: Names
) -> frozenset[str]:
    """The ids of live routes that are known to be no routes of this repository."""
    if owns_all(config):
        return frozenset()
    by_name = {row.id for row in listed or () if is_ours_by_name(row, config) is False}
    read = {live.id for live in lives.values() if not is_ours(live.route, config, names)}
    return frozenset(by_name - lives.keys() | read)


@dataclass(frozen=True, slots=True)
class Owned:
    """What a plan may touch, and what it says of the rest."""

    identified: Identified
    findings: tuple[Finding, ...] = ()


def keep_ours(
    identified: Identified,
    lives: Mapping[str, Live],
    config: Config,
    context: PlanContext,
    names: Names,
    bases: Bases | None,
) -> Owned:
    """Without the routes that are not ours: no plan changes, renames, deletes or records them."""
    if owns_all(config):
        return Owned(identified)
    foreign = not_ours((), lives, config, names)
    findings: list[Finding] = []
    pairs: list[Pair] = []
    for pair in identified.pairs:
        if pair.id in foreign:
            explain = _of_a_backup if context.scope == "backup" else _of_a_file
            findings.append(explain(pair.declaration, lives[pair.id], config, names, bases))
        elif leaving := _leaving(pair, lives.get(pair.id), config, context, names):
            findings.append(leaving)
        else:
            pairs.append(pair)
    creates: list[Declaration] = []
    others = [lives[identity] for identity in sorted(foreign)]
    for declaration in identified.creates:
        found = list(_of_a_create(declaration, others, config, context, names))
        findings += found
        if not any(finding.code in ("not-owned", "outside-owns") for finding in found):
            creates.append(declaration)
    kept = replace(identified, pairs=tuple(pairs), creates=tuple(creates))
    return Owned(kept, tuple(findings))


def _of_a_backup(
    declaration: Declaration, live: Live, config: Config, names: Names, _bases: Bases | None
) -> Finding:
    message = f'"{live.route.name}" {whose_words(live.route, config, names)}; it stays as it is'
    hint = f"this repository owns {rule_words(config, names)}"
    return declaration.finding("warning", "not-owned", message, hint, (), live.route.name)


def _leaving(
    pair: Pair, live: Live | None, config: Config, context: PlanContext, names: Names
) -> Finding | None:
    """Of a write that would make a route of ours another repository's."""
    declaration = pair.declaration
    if live is None or declaration.absent:
        return None
    after = effective(declaration.route, live.route, declaration.ignore_changes)
    if is_ours(after, config, names):
        return None
    backup = context.scope == "backup"
    what = f'"{after.name}" {whose_words(after, config, names)}'
    message = f'{what}{" in the backup" if backup else ""}; "{live.route.name}" stays as it is'
    hint = f"this repository owns {rule_words(config, names)}"
    level: Level = "warning" if backup else "error"
    return declaration.finding(level, "outside-owns", message, hint, (), live.route.name)


def _of_a_file(
    declaration: Declaration, live: Live, config: Config, names: Names, bases: Bases | None
) -> Finding:
    """Of a route that was applied, or is in the base, it is news; of another one, a mistake."""
    name, whose = declaration.route.name, whose_words(live.route, config, names)
    what = f'"{live.route.name}" ({live.id}) {whose} in incident.io'
    before = None
    if bases is not None:
        before = (bases.applied or {}).get(declaration.file) or bases.of(declaration.file, live)
    if before is None or bases is None:
        message = f"{what}, and this repository owns {rule_words(config, names)}: it is not written"
        hint = f"declare it in the repository that owns it, or {_take_over(config, names)} first"
        path: Path = ("id",) if declaration.id else ("name",)
        return declaration.finding("error", "not-owned", message, hint, path)
    was, now = canonical_pair(before, declaration.route)
    same = was == now and (not declaration.absent or declaration.file in bases.absent_before)
    message = f"{what}: it left what this repository owns, and the plan does not write it"
    if not same:
        message += ", though its file changed, too"
    hint = f"to let it go, remove this file; to keep it, {_take_over(config, names)}"
    return declaration.finding(
        "warning",
        "left-owns" if same else "left-owns-and-changed",
        message,
        hint,
        ("name",),
        name,
    )


def not_pulled(declaration: Declaration, live: Live, config: Config, names: Names) -> Finding:
    """Of a file whose live route another repository owns: its edits are not this one's to take."""
    message = (
        f'"{live.route.name}" ({live.id}) {whose_words(live.route, config, names)} in incident.io, '
        f"and this repository owns {rule_words(config, names)}: it is not pulled"
    )
    hint = f"to let it go, remove this file; to keep it, {_take_over(config, names)}"
    return declaration.finding("warning", "not-owned", message, hint)


def not_imported(live: Live, config: Config, names: Names) -> Finding:
    """Of a route that a person names."""
    name = live.route.name
    message = (
        f'"{name}" ({live.id}) {whose_words(live.route, config, names)}, and this repository owns '
        f"{rule_words(config, names)}: it is not imported"
    )
    hint = f"import it where it belongs, or {_take_over(config, names)} first"
    return Finding("error", "not-owned", message, hint, route=name)


def _take_over(config: Config, names: Names) -> str:
    if config.owns_teams:
        return f"make {team_names(config.owns_teams, names)[0]} its owning team in incident.io"
    if config.owns_prefixes:
        return f'begin its name in incident.io with "{config.owns_prefixes[0]}"'
    return "change `owns.elsewhere`"


def _of_a_create(
    declaration: Declaration,
    others: Sequence[Live],
    config: Config,
    context: PlanContext,
    names: Names,
) -> Iterator[Finding]:
    name, former = declaration.route.name, declaration.previously
    backup = context.scope == "backup"
    if not is_ours(declaration.route, config, names):
        route = declaration.route
        message = f'"{name}" {whose_words(route, config, names)}; it is not created'
        hint = f"this repository owns {rule_words(config, names)}"
        yield declaration.finding("warning" if backup else "error", "outside-owns", message, hint)
        return
    for live in others:
        whose = whose_words(live.route, config, names)
        if former and live.route.name == former:
            message = f'`previously` means "{former}" ({live.id}), which {whose}: it is not renamed'
            hint = f"remove `previously`, or {_take_over(config, names)} first"
            yield declaration.finding("error", "not-owned", message, hint, ("previously",))
        elif live.route.name == name:
            message = (
                f'this plan creates "{name}", but a live route of that name ({live.id}) {whose}: '
                "another repository may declare it"
            )
            hint = (
                f"choose another name, or remove this file; {how_to_approve(name, 'second-route')}"
            )
            refusal = declaration.finding("error", "guard-second-route", message, hint)
            approvals = Approvals((name,), config, context.today)
            yield approvals.judged(refusal, "approved-second-route", "second-route")


def also_owned(
    identified: Identified,
    lives: Mapping[str, Live],
    changed: Collection[str],
    config: Config,
    names: Names,
) -> Iterator[Finding]:
    """Routes of files that a team outside of `owns` owns, too, live or in the file. A route that
    two repositories of different teams declare is always one of these, in both of their plans.
    `changed`: the files whose routes this plan writes.
    """
    if not config.owns_teams:
        return
    declared = [(pair.declaration, lives.get(pair.id)) for pair in identified.pairs]
    for declaration, live in (*declared, *((create, None) for create in identified.creates)):
        owners = dict.fromkeys((*declaration.route.owners, *(live.route.owners if live else ())))
        ours = config.owns_teams
        others = [team for team in owners if not (team in ours or names.get(team) in ours)]
        if not others:
            continue
        teams = listed_words(team_names(others, names))
        message = (
            f'"{declaration.route.name}" belongs to {teams}, too: another repository may declare it'
        )
        hint = "declare it in one repository, and leave it one owning team"
        level: Level = "warning" if declaration.file in changed else "note"
        yield declaration.finding(level, "also-owned", message, hint, ("owners",))
