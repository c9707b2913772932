"""`reconciler explain`: what routes do with one alert, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import click

from reconciler.cli.options import base_option, format_option, live_option
from reconciler.cli.outputs import show_findings
from reconciler.cli.project import Project, on_one_line, read_project, sound
from reconciler.cli.shell import Shell
from reconciler.directory import LOCK, Directory
from reconciler.directory.described import alert_of
from reconciler.directory.former import as_it_was
from reconciler.directory.lookup import Lookup
from reconciler.files import FileRefused, read_text
from reconciler.files.read.alert import parse_alert
from reconciler.files.read.notification import doubts, notified, read_notification
from reconciler.model import Config, Finding, Names, Positions, has_errors
from reconciler.plan import exit_codes
from reconciler.planning.explained import Explained, Routes, explained, from_files, from_live
from reconciler.report.explain_json import explain_json
from reconciler.report.explain_text import explain_text, thing_words
from reconciler.routing.case import Described, Given, Part, Word, part_named
from reconciler.routing.on_call import OnCall
from reconciler.routing.world import Alert

NO_LOCK = (
    f"{LOCK} is missing, so the names in files have no ids: run `reconciler directory refresh` "
    "once with a key, or use --live"
)


@click.command(
    "explain",
    epilog='Example: reconciler explain --source "Grafana Cloud" --set severity=critical',
)
@click.argument("file", required=False, metavar="[ALERT.yaml]")
@click.option("--source", metavar="NAME", help="The alert source.")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE",
              help="An attribute, or title, description, priority.")  # fmt: skip
@click.option("--unknown", multiple=True, metavar="NAME", help="An attribute that is not known.")
@click.option("--alertmanager", metavar="FILE", help="The alert that Alertmanager's JSON becomes.")
@click.option("--alert", "past", metavar="ID|URL", help="An alert of the past.")
@click.option("--who", is_flag=True, help="Also show who is on call now.")
@live_option("Ask the live routes instead of the files.")
@base_option("Compare with the routes of this commit.")
@format_option("text", "json")
@click.pass_obj
def explain_command(
    shell: Shell,
    file: str | None,
    source: str | None,
    values: tuple[str, ...],
    unknown: tuple[str, ...],
    alertmanager: str | None,
    past: str | None,
    who: bool,
    live: bool,
    base: str | None,
    form: str,
) -> int:
    """Show who is paged for one alert, where it is posted, and why.

    Reads the route files, and names from directory.lock.json, without a key.
    The alert lacks each attribute that you do not set. What incident.io does not
    document is unknown. --alert, --who and --live need a key.
    """
    if past is not None and (file or alertmanager or source or values or unknown):
        raise click.UsageError(
            "--alert names a whole alert; leave out ALERT.yaml, --source, --set, --unknown "
            "and --alertmanager"
        )
    if live and base:
        raise click.UsageError("--base compares files; leave out --live")
    project = sound(shell, read_project(shell))
    arguments = _Arguments(shell, project.config, file, source, values, unknown, alertmanager, past)
    found = _live(shell, project, arguments) if live else _offline(shell, project, arguments, base)
    if found is None:
        return exit_codes.ERROR
    explanation, before = found
    on_call = _on_call(shell, project.config, explanation) if who else ()
    if form == "json":
        shell.say(explain_json(explanation, before, on_call))
    else:
        shell.say(explain_text(explanation, before, on_call, width=shell.width, colour=shell.colour,
                               unicode=shell.unicode))  # fmt: skip
    return exit_codes.DONE


@dataclass(frozen=True, slots=True)
class _Arguments:
    """The alert as the arguments describe it."""

    shell: Shell
    config: Config
    file: str | None
    source: str | None
    values: tuple[str, ...]
    unknown: tuple[str, ...]
    alertmanager: str | None
    past: str | None

    def described(self, attributes: Sequence[str]) -> "_Described | _Past | None":
        """The alert by names; None where its file has an error, which was shown. Raises
        click.UsageError for an argument that means nothing.
        """
        if self.past is not None:
            return _Past(*_past_alert(self.shell, self.config, _id_in(self.past)))
        described, positions = Described(), None
        if self.file is not None:
            described, positions, findings = parse_alert(self._read(self.file), self.file)
            if has_errors(findings):
                show_findings(self.shell, findings)
                return None
        if self.alertmanager is not None:
            described = described.but(self._notification(self.alertmanager, attributes))
        described = described.but(Described(self.source or "", dict(self._given())))
        if not described.source:
            raise click.UsageError("the alert has no source; add --source NAME")
        return _Described(described, positions)

    def alert(self, described: "_Described | _Past", directory: Directory) -> Alert | None:
        """The same with ids."""
        if isinstance(described, _Past):
            return described.alert
        alert, wrong = alert_of(described.alert, Lookup(directory, self.config))
        return alert if self._show(wrong, described.positions) else None

    def _show(self, wrong: Sequence[Finding], positions: Positions | None) -> bool:
        in_file = [finding for finding in wrong if positions and finding.path in positions.places]
        for finding in wrong:
            if finding not in in_file:
                raise click.UsageError(on_one_line(finding))
        if in_file and positions:
            show_findings(self.shell, tuple(map(positions.locate, in_file)))
        return not in_file

    def _given(self) -> dict[Part, Given]:
        texts: dict[Part, tuple[Word, ...]] = {}
        for text in self.values:
            name, equals, value = text.partition("=")
            if not equals or not name:
                raise click.UsageError(f"--set {text}: write NAME=VALUE")
            part = _part(name)
            texts[part] = (*texts.get(part, ()), Word(value))
        for name in self.unknown:
            if _part(name) in texts:
                raise click.UsageError(
                    f"--unknown {name}: --set gives it a value; keep one of them"
                )
        given = {part: Given(words) for part, words in texts.items()}
        return given | {_part(name): Given(None) for name in self.unknown}

    def _notification(self, file: str, attributes: Sequence[str]) -> Described:
        payload = read_notification(self._read(file))
        if isinstance(payload, str):
            raise FileRefused(f"{file} is not a notification of Alertmanager: {payload}")
        found = notified(payload, self.config.alertmanager, self.source or "", attributes)
        if isinstance(found, str):
            raise click.UsageError(found)
        for doubt in doubts(payload):
            self.shell.warn(f"warning: {doubt}")
        for label in found.vanished:
            self.shell.warn(f"warning: {label.words}")
        return found.alert

    def _read(self, file: str) -> str:
        return read_text(self.shell.root / file)


@dataclass(frozen=True, slots=True)
class _Described:
    """`positions`: of the file that describes it, if there is one."""

    alert: Described
    positions: Positions | None


@dataclass(frozen=True, slots=True)
class _Past:
    """An alert of incident.io, with ids, and the names that came with it."""

    alert: Alert
    labels: Names


def _id_in(text: str) -> str:
    """The id of an alert, also from its address, as `replay` and the dashboard show it."""
    return urlsplit(text).path.rstrip("/").rpartition("/")[2] if "://" in text else text


def _past_alert(shell: Shell, config: Config, identity: str) -> tuple[Alert, Names]:
    """Raises click.ClickException where there is none."""
    from reconciler.cli.connection import reading
    from reconciler.live.identity import check_account
    from reconciler.live.on_call import read_alert

    with reading(shell) as client:
        check_account(client, config)
        found = read_alert(client, identity)
    if found is None:
        raise click.ClickException(f"no alert has the id {identity}, or the key may not see it")
    return found


def _on_call(shell: Shell, config: Config, explanation: Explained) -> tuple[OnCall, ...]:
    """Who is on call for each path that is paged, or may be."""
    from reconciler.cli.connection import reading
    from reconciler.live.identity import check_account
    from reconciler.live.on_call import read_on_call

    paths = sorted(identity for kind, identity in explanation.outcome.pages if kind == "path")
    with reading(shell) as client:
        check_account(client, config)
        found = [read_on_call(client, path) for path in paths]
    return tuple(
        path if path.name else replace(path, name=thing_words(("path", path.path), explanation))
        for path in found
    )


def _attributes(directory: Directory) -> list[str]:
    return [row.name for row in directory.attributes.rows]


def _part(name: str) -> Part:
    plain = name.removeprefix("attributes.")
    return part_named(name) if plain == name else ("attributes", plain)


def _labels(described: _Described | _Past | None) -> Names:
    return described.labels if isinstance(described, _Past) else {}


Both = tuple[Explained, Explained | None]


def _offline(
    shell: Shell, project: Project, arguments: _Arguments, base: str | None
) -> Both | None:
    directory = project.lock
    if directory is None:
        raise click.ClickException(NO_LOCK)
    described = arguments.described(_attributes(directory))
    alert = arguments.alert(described, directory) if described else None
    routes, findings = from_files(project.files.declarations, directory, project.config)
    show_findings(shell, findings)
    if has_errors(findings) or alert is None:
        return None
    labels = _labels(described)
    explanation = explained(alert, routes, directory, project.config, "the files", labels)
    if base is None:
        return explanation, None
    before, then = _of_base(shell, base, directory, project)
    return explanation, explained(alert, before, then, project.config, base, labels)


def _of_base(
    shell: Shell, ref: str, directory: Directory, project: Project
) -> tuple[Routes, Directory]:
    """The routes of a commit, and what names meant in it. Raises click.ClickException where one of
    its files cannot be read: whom that route paged is unknown.
    """
    from reconciler.git.base import base_of
    from reconciler.planning.bases import read_earlier

    base = base_of(shell.root, ref)
    if base.unread:
        raise click.ClickException(
            f"{', '.join(base.unread)} cannot be read in {ref}, so it is unknown who is paged "
            "there: name a commit in which the files have no error"
        )
    show_findings(shell, tuple(read_earlier(project.files.declarations, base)))
    then = as_it_was(directory, base.lock)
    routes, findings = from_files(base.declarations, then, project.config)
    for finding in findings:
        if finding.code == "renamed-name":  # it means today what it meant
            continue
        shell.warn(f"warning: in {ref}: {on_one_line(finding)}")
    return routes, then


def _live(shell: Shell, project: Project, arguments: _Arguments) -> Both | None:
    from reconciler.cli.connection import reading
    from reconciler.planning.reading import read_routing, to_route, with_alert

    config = project.config
    with reading(shell) as client:
        seen = read_routing(client, config)
        described = arguments.described(_attributes(seen.directory))
        if described is None:
            return None
        if isinstance(described, _Described):
            seen = with_alert(client, seen, described.alert, config)
        seen = to_route(client, seen)
    alert = arguments.alert(described, seen.directory)
    if alert is None:
        return None
    live, labels = from_live(seen.lives.values()), _labels(described)
    return explained(alert, live, seen.directory, config, "the live routes", labels), None
