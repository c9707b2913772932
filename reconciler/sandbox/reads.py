"""What a read shows of a stored body: labels, echoes, defaults, the server's own order.

`Reader` renders the nouns that both versions share; `reads_v2` and `reads_v3` lay them out.
"""

from typing import TypeVar

from reconciler.sandbox import text
from reconciler.sandbox.account import Account
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.operations import label
from reconciler.sandbox.order import Order
from reconciler.sandbox.references import HOP, UNKNOWN, References, Typed

T = TypeVar("T")
_PRESENCE = frozenset({"is_set", "is_not_set", "is_true", "is_false"})
_OPERATION_BODIES = ("branches", "filter", "navigate", "parse")
_HIDDEN_BODIES = ("cast", "concatenate")  # in the SDK's reads, not in the OpenAPI's


class Reader:
    """Renders one body once. Equal (body, seed) give equal reads."""

    def __init__(
        self, account: Account, body: Body, seed: str | None, *, labels: bool, hidden_bodies: bool
    ) -> None:
        self.account = account
        self.body = body
        self.references = References(account, body["expressions"])
        self.labels = labels  # v2 labels every value, v3 none
        self.hidden_bodies = hidden_bodies
        self._order = Order(seed)

    def shuffled(self, elements: list[T]) -> list[T]:
        """A set, in whatever order (fact 3.8)."""
        return self._order.shuffle(elements)

    def maybe(self, name: str, elements: list[T]) -> dict[str, list[T]]:
        """An optional list: when it is empty, it comes back as [] or not at all (fact 3.4)."""
        return {} if not elements and self._order.draw() % 2 else {name: elements}

    # conditions and bindings

    def groups(self, groups: list[Body], element: Typed | None = None) -> list[Body]:
        return self.shuffled([self.group(group, element) for group in groups])

    def group(self, group: Body, element: Typed | None) -> Body:
        conditions = [self.condition(condition, element) for condition in group["conditions"]]
        return {**group, "conditions": self.shuffled(conditions)}

    def condition(self, condition: Body, element: Typed | None) -> Body:
        operation = condition["operation"]
        subject = self.references.find(condition["subject"], element)
        bindings = [self.binding(binding) for binding in condition["param_bindings"]]
        for binding in bindings:
            if "one_of" in operation and "array_value" in binding:
                self.shuffled(binding["array_value"])
        if operation in _PRESENCE and (not bindings or bindings[-1]):
            bindings.append({})  # fact 3.4
        return {
            **condition,
            "subject": {
                "label": subject.label if subject else condition["subject"],
                "reference": condition["subject"],
            },
            "operation": {"label": label(operation), "value": operation},
            "param_bindings": bindings,
        }

    def binding(self, binding: Body) -> Body:
        shown: Body = {}
        if "value" in binding:
            shown["value"] = self.value(binding["value"])
        if "array_value" in binding:
            shown["array_value"] = [self.value(value) for value in binding["array_value"]]
        return shown

    def value(self, value: Body) -> Body:
        if not self.labels:
            return dict(value)
        if "literal" in value:
            return {**value, "label": self.account.label(value["literal"])}
        found = self.references.find(value.get("reference", ""))
        return {**value, "label": found.label if found else value.get("reference", "")}

    def written(self, binding: Body) -> Body:
        """A text slot: its literals are documents (fact 3.7)."""
        shown = self.binding(binding)
        for value in [shown.get("value", {}), *shown.get("array_value", [])]:
            if "literal" in value:
                value["literal"] = text.stored(value["literal"], self.references)
                if self.labels:
                    value["label"] = text.label(value["literal"])
        return shown

    # parts of a route

    def sources(self) -> list[Body]:
        return self.shuffled(
            [
                {**source, "condition_groups": self.groups(source["condition_groups"])}
                for source in self.body["alert_sources"]
            ]
        )

    def targets(self) -> list[Body]:
        """Who is paged; a path is echoed in `users` (fact 3.1)."""
        targets = []
        for target in self.body["escalation_config"]["escalation_targets"]:
            shown = dict(target)
            for name in ("escalation_paths", "users"):
                if name in target:
                    shown[name] = self.binding(target[name])
            if "escalation_paths" in target:
                shown["users"] = self.binding(target["escalation_paths"])
            targets.append(shown)
        return self.shuffled(targets)

    def destinations(self, *, summaries: bool) -> list[Body]:
        shown = []
        for destination in self.body["message_config"]["destinations"]:
            entry = {
                **destination,
                "condition_groups": self.groups(destination["condition_groups"]),
            }
            for name in ("slack_targets", "ms_teams_targets"):
                if name in destination:
                    channels = {**entry[name], "binding": self.binding(entry[name]["binding"])}
                    if not summaries:
                        channels.pop("group_alerts_summary")
                    entry[name] = channels
            shown.append(entry)
        return self.shuffled(shown)

    def template(self, template: Body) -> Body:
        shown: Body = {}
        for name, slot in template.items():
            if name == "custom_fields":
                continue
            if not isinstance(slot, dict) or not ("binding" in slot or name in ("name", "summary")):
                shown[name] = slot
                continue
            show = self.written if name in ("name", "summary") else self.binding
            shown[name] = dict(slot)
            if "binding" in slot:
                shown[name]["binding"] = show(slot["binding"])
            if name in ("name", "summary"):
                shown[name].setdefault("autogenerated", False)
        if "severity" not in shown and self._order.draw() % 2:
            shown["severity"] = {"merge_strategy": "first-wins"}  # computed (fact 3.5)
        fields = [self.custom_field(field) for field in template.get("custom_fields", [])]
        return {**shown, **self.maybe("custom_fields", self.shuffled(fields))}

    def custom_field(self, custom: Body) -> Body:
        field = self.account.find("custom_fields", custom["custom_field_id"])
        is_text = field is not None and field["field_type"] == "text"
        show = self.written if is_text else self.binding
        return {**custom, "binding": show(custom["binding"])}

    # expressions

    def expressions(self) -> list[Body]:
        return self.shuffled([self.expression(one) for one in self.body["expressions"]])

    def expression(self, expression: Body) -> Body:
        current = self.references.find(expression["root_reference"]) or UNKNOWN
        operations = []
        for operation in expression["operations"]:
            after = self.references.after(current, operation)
            operations.append(self.operation(operation, current, after))
            current = after
        shown = {**expression, "operations": operations, "returns": current.returns()}
        if "else_branch" in expression:
            shown["else_branch"] = {"result": self.binding(expression["else_branch"]["result"])}
        return shown

    def operation(self, operation: Body, before: Typed, after: Typed) -> Body:
        names = _OPERATION_BODIES + (_HIDDEN_BODIES if self.hidden_bodies else ())
        shown = {name: dict(operation[name]) for name in names if name in operation}
        if "filter" in shown:
            element = Typed(before.type, False, before.label)
            groups = operation["filter"]["condition_groups"]
            shown["filter"]["condition_groups"] = self.groups(groups, element)
        if "navigate" in shown:
            hop = HOP.search(operation["navigate"]["reference"])
            name = self.account.label(hop["id"]) if hop else operation["navigate"]["reference"]
            shown["navigate"]["reference_label"] = name
        if "branches" in shown:
            shown["branches"]["branches"] = [
                {
                    "condition_groups": self.groups(branch["condition_groups"]),
                    "result": self.binding(branch["result"]),
                }
                for branch in operation["branches"]["branches"]
            ]
        kind = operation["operation_type"]
        return {**shown, "operation_type": kind, "returns": after.returns()}


def route(reader: Reader, parts: Body, known: frozenset[str]) -> Body:
    """A whole route: what both versions show, `parts` of one of them, and what is new to both."""
    body = reader.body
    later = {key: value for key, value in body.items() if key not in known}
    return {
        **later,
        "name": body["name"],
        "enabled": body["enabled"],
        "is_private": body["is_private"],
        "alert_sources": reader.sources(),
        "condition_groups": reader.groups(body["condition_groups"]),
        "expressions": reader.expressions(),
        **reader.maybe("owning_team_ids", reader.shuffled(list(body["owning_team_ids"]))),
        **parts,
    }
