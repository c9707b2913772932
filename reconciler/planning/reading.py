"""The reading for a plan: of all files, of those that changed, or of a saved plan; and the names
that only the lock file and the record know. And of all live routes, to send an alert through them.
Each raises the client's ApiError.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from reconciler.client import ReadClient
from reconciler.directory import (
    Directory,
    Needs,
    completed_by,
    type_subjects,
    with_former_names,
)
from reconciler.directory.described import alert_of
from reconciler.directory.former import as_in_the_lock
from reconciler.directory.needs import needs_for_lock, needs_of_lookups, needs_to_route
from reconciler.live.identity import own_identity
from reconciler.live.lists import read_former_names
from reconciler.live.routes import open_listing, probe, wanted_by
from reconciler.live.survey import (
    Survey,
    read_directory,
    survey,
    survey_routes,
    with_lists,
    with_more,
)
from reconciler.model import ApiVersion, Config, Declaration, Finding, Listed, owners_tell
from reconciler.plan.saved import SavedPlan
from reconciler.planning.bases import changed_since, twins_of
from reconciler.planning.recorded import named_by_record, read_names, with_applied_names
from reconciler.planning.request import PlanRequest, Recorded, narrowed
from reconciler.routing.case import CaseFile, Described


def read_all(client: ReadClient, request: PlanRequest) -> tuple[Survey, PlanRequest]:
    """The list of routes, and those that files declare; all of them where some may be deleted, or
    where only a route itself tells whose it is.
    """
    config = request.config
    everything = request.complete and (config.undeclared == "delete" or owners_tell(config))
    beside = request.base.declarations if request.base else ()
    seen = survey(client, request.declarations, config, beside=beside, undeclared=everything)
    return seen, request


def read_changed(client: ReadClient, request: PlanRequest) -> tuple[Survey, PlanRequest]:
    """A few requests, whatever the account holds; the list only where a file has no id."""
    chosen = changed_since(request)
    beside = twins_of(request, chosen)
    request = replace(narrowed(request, chosen), findings=tuple(_own(request, chosen)))
    ids = [declaration.id for declaration in chosen if declaration.id]
    if len(ids) < len(chosen):
        return survey(client, chosen, request.config, beside=beside), request
    api = probe(client, request.config.api)
    return survey_routes(client, api, chosen, ids, request.config, beside=beside), request


def read_routing(client: ReadClient, config: Config) -> Survey:
    """All live routes in full, and the attributes that an alert may have."""
    seen = survey(client, (), config, undeclared=True)
    attributes = Needs(frozenset({"attributes"}))
    return replace(seen, directory=with_lists(client, seen.directory, lambda _: attributes))


def with_alert(client: ReadClient, seen: Survey, alert: Described, config: Config) -> Survey:
    """With the lists that hold the names of this alert."""
    needs = partial(needs_of_lookups, partial(alert_of, alert), config=config)
    return replace(seen, directory=with_lists(client, seen.directory, needs))


def to_route(client: ReadClient, seen: Survey) -> Survey:
    """With what else these routes need to tell where they send an alert."""
    routes = [live.route for live in seen.lives.values()]
    needs = partial(needs_to_route, routes)
    return replace(seen, directory=with_lists(client, seen.directory, needs))


def read_for_lock(
    client: ReadClient,
    declarations: Sequence[Declaration],
    tests: Sequence[CaseFile],
    config: Config,
    lock: Directory | None,
    recorded: Recorded,
) -> Directory:
    """The names that files and their tests use, for a new lock file; with those that the account
    has no more, as the lock and the record know them.
    """
    account = own_identity(client, config).account

    def needs(known: Directory) -> Needs:
        return needs_for_lock(known, declarations, config, tests)

    directory = replace(read_directory(client, needs, account), account=account)
    directory = read_former_names(client, directory, lock, declarations, config)
    directory = read_names(client, directory, recorded(account), declarations, config)
    # What files follow under names that the account has no more is followed as well.
    return with_lists(client, directory, lambda known: needs(as_in_the_lock(known, lock)))


def read_saved(
    client: ReadClient, request: PlanRequest, saved: SavedPlan
) -> tuple[Survey, PlanRequest]:
    """One read for each route, and the list of routes only for creates. With another API version in
    reconciler.yaml it is that one, and the plan is refused.
    """
    api: ApiVersion = "v2" if saved.api == "v2" else "v3"
    api = api if request.config.api == "auto" else request.config.api
    planned = [Listed(change.id, change.name) for change in saved.changes if change.id]
    ids = {row.name: row.id for row in planned}
    known = {row.id for row in planned}
    names = {change.name for change in saved.changes}
    chosen = tuple(
        replace(declaration, id=declaration.id or ids.get(declaration.route.name))
        for declaration in named_by_record(request, saved.account, planned).declarations
        if declaration.route.name in names or declaration.id in known
    )
    deletes = [change for change in saved.changes if change.action == "delete"]
    request = replace(
        narrowed(request, chosen),
        deletes=tuple(Listed(change.id, change.name) for change in deletes if change.id),
    )
    pinned = known | {declaration.id for declaration in chosen if declaration.id}
    seen = survey_routes(client, api, chosen, sorted(pinned), request.config)
    if any(change.action == "create" for change in saved.changes):
        rows = open_listing(client, api).rows()
        meant = wanted_by(chosen).names
        created = [row.id for row in rows if row.name in meant and row.id not in pinned]
        seen = with_more(client, replace(seen, listed=rows), created)
    return seen, request


def _own(request: PlanRequest, chosen: Sequence[Declaration]) -> Iterator[Finding]:
    """Errors, which refuse the plan, and findings about changed files; the others are counted."""
    files = {declaration.file for declaration in request.declarations} - {
        declaration.file for declaration in chosen
    }
    beside = 0
    for finding in request.findings:
        if finding.level == "error" or not finding.position or finding.position.file not in files:
            yield finding
        else:
            beside += 1
    if beside:
        message = f"{beside} more in files that this change does not touch"
        yield Finding("note", "other-files", message, "`reconciler validate` lists them")


def with_lock(client: ReadClient | None, seen: Survey, request: PlanRequest) -> Survey:
    """With names of the lock file for unreadable lists (a warning), and for names that changed."""
    if request.lock is None:
        return seen
    directory = with_former_names(seen.directory, request.lock)
    if client is not None:
        directory = read_former_names(
            client, seen.directory, request.lock, request.declarations, request.config
        )
    seen = replace(seen, directory=directory)
    directory, fields = completed_by(seen.directory, request.lock)
    if not fields:
        return seen
    lists = ", ".join(field.replace("_", " ") for field in fields)
    finding = Finding(
        "warning",
        "names-of-the-lock",
        f"the API key may not read these lists, so names come from the lock file: {lists}",
        "the plan would not notice a name that has a new meaning: "
        f"{getattr(seen.directory, fields[0]).reason}",
    )
    lives = {
        identity: replace(live, route=type_subjects(live.route, directory))
        for identity, live in seen.lives.items()
    }
    return replace(seen, directory=directory, lives=lives, findings=(*seen.findings, finding))


def with_record(
    client: ReadClient | None, request: PlanRequest, seen: Survey
) -> tuple[PlanRequest, Survey]:
    """With the ids that the record knows, and the details of routes that only it finds, under
    another name. Without a client nothing more is read.
    """
    named = named_by_record(request, seen.identity.account, seen.listed)
    ids = {declaration.id for declaration in named.declarations if declaration.id} - {
        declaration.id for declaration in request.declarations
    }
    unread = sorted(ids - seen.lives.keys() - seen.unreadable)
    if unread and client is not None:
        seen = with_more(client, seen, unread)
    return named, with_applied_names(client, named, seen)
