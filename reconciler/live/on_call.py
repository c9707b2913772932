"""A past alert; and who is on call now behind an escalation path (fact 1.21)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.client import ApiError, ConfigurationRefused, NotFound, ReadClient, join
from reconciler.model import Names, list_at, object_at, text_at
from reconciler.routing.on_call import OnCall, Step
from reconciler.routing.world import Alert
from reconciler.wire.past import decode_alert

MOST_PATHS = 5  # of paths that lead on to another
CALL_NOBODY = ("repeat", "delay", "notify_channel", "voicemail")
CHANNELS = ("slack_channel", "msteams_channel")


def read_alert(client: ReadClient, identity: str) -> tuple[Alert, Names] | None:
    """A past alert, and what its entries are called; None where the key sees none of this id."""
    try:
        body = client.get(join("v2", "alerts", identity)).body
    except NotFound:
        return None
    return decode_alert(object_at(body, "alert"))


def read_on_call(client: ReadClient, path: str) -> OnCall:
    """Read a path, and the schedules and people on it. What cannot be read is unknown: whoever asks
    at night gets the rest of the answer.
    """
    try:
        return _Reading(client).on_call(path)
    except (ApiError, ConfigurationRefused) as error:
        return OnCall(path, "", (Step(unknown=(str(error),)),))


@dataclass(slots=True)
class _Reading:
    client: ReadClient
    people: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)

    def on_call(self, path: str) -> OnCall:
        body = self._thing("escalation_paths", path, "escalation_path")
        return OnCall(path, text_at(body, "name") or path, tuple(self._path(path, body, False)))

    def _path(self, path: str, body: Mapping[str, object], perhaps: bool) -> Iterator[Step]:
        self.paths.add(path)
        nodes = list_at(body, "path")
        if nodes:
            yield from self._nodes(nodes, perhaps)
            return
        # A path made from a template shows no levels; incident.io still says who answers it now.
        people = tuple(_called(responder) for responder in list_at(body, "current_responders"))
        unknown = () if people else ("its levels are those of a template",)
        yield Step(people, unknown=unknown, perhaps=perhaps)

    def _nodes(self, nodes: Sequence[object], perhaps: bool) -> Iterator[Step]:
        for node in nodes:
            match text_at(node, "type"):
                case "level":
                    targets = list_at(object_at(node, "level"), "targets")
                    yield self._level(targets, perhaps)
                case "if_else":
                    either = object_at(node, "if_else")
                    yield from self._nodes(list_at(either, "then_path"), True)
                    yield from self._nodes(list_at(either, "else_path"), True)
                case "escalation_path":
                    other = text_at(object_at(node, "escalation_path"), "escalation_path_id")
                    yield from self._other(other, perhaps)
                case kind if kind not in CALL_NOBODY:
                    yield Step(unknown=(f"a step of the unknown type {kind}",), perhaps=perhaps)

    def _other(self, path: str, perhaps: bool) -> Iterator[Step]:
        if path in self.paths:
            return
        if len(self.paths) >= MOST_PATHS:
            more = f"it leads on through more than {MOST_PATHS} paths"
            yield Step(unknown=(more,), perhaps=perhaps)
            return
        try:
            body = self._thing("escalation_paths", path, "escalation_path")
            yield from self._path(path, body, perhaps)
        except ApiError as error:
            yield Step(unknown=(str(error),), perhaps=perhaps)

    def _level(self, targets: Sequence[object], perhaps: bool) -> Step:
        people: list[str] = []
        empty: list[str] = []
        unknown: list[str] = []
        for target in targets:
            identity, kind = text_at(target, "id"), text_at(target, "type")
            try:
                if kind == "user":
                    people.append(self._user(identity))
                elif kind == "schedule":
                    name, found = self._schedule(identity, target)
                    people += found
                    empty += [] if found else [name]
                elif kind not in CHANNELS:
                    unknown.append(f"a target of the unknown type {kind}")
            except ApiError as error:
                unknown.append(str(error))
        unique = dict.fromkeys(people)
        return Step(tuple(unique), tuple(empty), tuple(unknown), perhaps)

    def _user(self, identity: str) -> str:
        if identity not in self.people:
            self.people[identity] = _called(self._thing("users", identity, "user"))
        return self.people[identity]

    def _schedule(self, identity: str, target: object) -> tuple[str, list[str]]:
        body = self._thing("schedules", identity, "schedule")
        mode, rota = text_at(target, "schedule_mode"), text_at(target, "selected_rota_id")
        name = text_at(body, "name") or identity
        if mode.startswith("all_users"):
            rotations = list_at(body, "config", "rotations")
            mine = [
                rotation for rotation in rotations if not rota or text_at(rotation, "id") == rota
            ]
            return name, [_called(user) for entry in mine for user in list_at(entry, "users")]
        shifts = list_at(body, "next_shifts" if mode.startswith("next") else "current_shifts")
        mine = [shift for shift in shifts if not rota or text_at(shift, "rotation_id") == rota]
        return name, [
            _called(object_at(entry, "user")) for entry in mine if object_at(entry, "user")
        ]

    def _thing(self, things: str, identity: str, key: str) -> Mapping[str, object]:
        return object_at(self.client.get(join("v2", things, identity)).body, key)


def _called(user: object) -> str:
    return text_at(user, "name") or text_at(user, "email") or text_at(user, "id")
