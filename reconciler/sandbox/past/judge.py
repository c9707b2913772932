"""What the server does with an alert: each route for itself, in one reading.

incident.io documents four things nowhere; `Reading` answers them for one sandbox. An operation or
step that this file does not have holds for no alert, and gives nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.routes.operations import TEXT_TYPES

Values = list[str]
HOP = '.catalog_attribute["'


@dataclass(frozen=True, slots=True)
class Reading:
    """`text_case`: case counts. `text_one_of`: `contains_one_of` compares whole texts.
    `empty_text`: an empty text is set. `empty_group`: a group without conditions holds.
    """

    text_case: bool = True
    text_one_of: bool = True
    empty_text: bool = True
    empty_group: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """What one route did: ids of paths and of users that it paged, and whether it made an
    incident.
    """

    paths: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    incident: bool = False


def judge(account: Account, reading: Reading, route: Body, alert: Body) -> Done | None:
    """None where the route does not take the alert."""
    return _Judge(account, reading, route, alert).done()


@dataclass(slots=True)
class _Judge:
    account: Account
    reading: Reading
    route: Body
    alert: Body

    def done(self) -> Done | None:
        mine = [
            source
            for source in self.route["alert_sources"]
            if source["alert_source_id"] == self.alert["alert_source_id"]
        ]
        taken = self.route["enabled"] and any(
            self.hold(source["condition_groups"]) for source in mine
        )
        if not taken or not self.hold(self.route["condition_groups"]):
            return None
        paths: dict[str, None] = {}
        users: dict[str, None] = {}
        for target in self.route["escalation_config"]["escalation_targets"]:
            paths.update(dict.fromkeys(self._paged(target.get("escalation_paths"))))
            if not target.get("escalation_paths"):
                users.update(dict.fromkeys(self._paged(target.get("users"))))
        config = self.route["incident_config"]
        made = bool(config["enabled"]) and self.hold(config.get("condition_groups") or [])
        return Done(tuple(paths), tuple(users), made)

    def hold(self, groups: list[Body], element: tuple[Values, str] | None = None) -> bool:
        """Whether one of the groups holds; no groups hold always."""
        return not groups or any(self._group(group["conditions"], element) for group in groups)

    def _group(self, conditions: list[Body], element: tuple[Values, str] | None) -> bool:
        if not conditions:
            return self.reading.empty_group
        return all(self._condition(condition, element) for condition in conditions)

    def _condition(self, condition: Body, element: tuple[Values, str] | None) -> bool:
        values, kind = self.values(condition["subject"], element)
        operands = [
            text
            for binding in condition["param_bindings"]
            for text in self._bound(binding, element)
        ]
        operation = condition["operation"]
        if operation == "is_not_set":
            return not self._is_set(values)
        if operation == "is_set":
            return self._is_set(values)
        negative = operation.startswith("not_")
        test = self._test(operation.removeprefix("not_"), kind)
        found = any(test(value, operand) for value in values for operand in operands)
        return not found if negative else found

    def _is_set(self, values: Values) -> bool:
        return any(value or self.reading.empty_text for value in values)

    def _test(self, operation: str, kind: str) -> Callable[[str, str], bool]:
        if kind in TEXT_TYPES:
            return self._texts(operation)
        if operation == "one_of":
            return lambda value, operand: operand in (value, self._external(value))
        if operation == "name_contains":
            return lambda value, operand: (
                self._folded(operand) in self._folded(self.account.label(value))
            )
        return lambda _, __: False

    def _texts(self, operation: str) -> Callable[[str, str], bool]:
        fold = self._folded
        if operation in ("one_of", "contains_one_of") and self.reading.text_one_of:
            return lambda value, operand: fold(value) == fold(operand)
        if operation in ("contains", "one_of", "contains_one_of"):
            return lambda value, operand: fold(operand) in fold(value)
        if operation == "starts_with":
            return lambda value, operand: fold(value).startswith(fold(operand))
        if operation == "ends_with":
            return lambda value, operand: fold(value).endswith(fold(operand))
        return lambda _, __: False

    def _folded(self, text: str) -> str:
        return text if self.reading.text_case else text.lower()

    def _external(self, entry: str) -> str:
        found = self.account.find("catalog_entries", entry)
        return str(found["external_id"]) if found else ""

    def _paged(self, binding: Body | None) -> Iterator[str]:
        """Ids of paths or users: a value is such an id, or the entry of the catalog that mirrors
        one.
        """
        for value in self._bound(binding, None) if binding else ():
            external = self._external(value)
            if external or value:
                yield external or value

    def _bound(self, binding: Body, element: tuple[Values, str] | None) -> Values:
        found: Values = []
        for value in binding.get("array_value") or [binding.get("value") or {}]:
            if "literal" in value:
                found.append(value["literal"])
            elif "reference" in value:
                found += self.values(value["reference"], element)[0]
        return found

    def values(self, subject: str, element: tuple[Values, str] | None) -> tuple[Values, str]:
        """What a subject is for this alert, and its type."""
        root, *hops = subject.split(HOP)
        values, kind = self._root(root, element)
        for hop in hops:
            values, kind = self._hop(values, kind, hop.rstrip('"]'))
        return values, kind

    def _root(self, root: str, element: tuple[Values, str] | None) -> tuple[Values, str]:
        if root == "input" and element is not None:
            return element
        if root in ("alert.title", "alert.description"):
            text = self.alert.get(root.removeprefix("alert."))
            return ([] if text is None else [text]), "String"
        if root.startswith('expressions["'):
            return self._expression(root[len('expressions["') : -len('"]')])
        wanted = root.removeprefix("alert.attributes.")
        for row in self.alert["attributes"]:
            if row["attribute"]["id"] == wanted:
                return held(row), row["attribute"]["type"]
        return [], ""

    def _hop(self, values: Values, kind: str, attribute: str) -> tuple[Values, str]:
        catalog_type = self.account.catalog_type(kind)
        if catalog_type is None:
            return [], ""
        of = {row["id"]: row["type"] for row in catalog_type["schema"]["attributes"]}
        found: Values = []
        for value in values:
            entry = self.account.entry(catalog_type["id"], value)
            bound = entry["attribute_values"].get(attribute, {}) if entry else {}
            found += self._bound(bound, None)
        return found, of.get(attribute, "")

    def _expression(self, reference: str) -> tuple[Values, str]:
        for expression in self.route["expressions"]:
            if expression["reference"] == reference:
                values, kind = self._steps(expression)
                if not values and expression.get("else_branch"):
                    return self._bound(expression["else_branch"]["result"], None), kind
                return values, kind
        return [], ""

    def _steps(self, expression: Body) -> tuple[Values, str]:
        current: tuple[Values, str] = ([], "")
        if expression["root_reference"] != ".":
            current = self.values(expression["root_reference"], None)
        for step in expression["operations"]:
            match step["operation_type"]:
                case "branches":
                    current = self._branches(step["branches"])
                case "navigate":
                    hop = str(step["navigate"]["reference"]).rpartition(HOP)[2].rstrip('"]')
                    current = self._hop(*current, hop)
                case "filter":
                    values, kind = current
                    groups = step["filter"]["condition_groups"]
                    current = (
                        [value for value in values if self.hold(groups, ([value], kind))],
                        kind,
                    )
                case "first":
                    current = current[0][:1], current[1]
                case _:
                    return [], current[1]
        return current

    def _branches(self, branches: Body) -> tuple[Values, str]:
        kind = str(branches["returns"]["type"])
        for branch in branches["branches"]:
            if self.hold(branch["condition_groups"]):
                return self._bound(branch["result"], None), kind
        return [], kind


def held(row: Body) -> Values:
    """The values of an attribute's row: texts, or ids of entries."""
    rows = row.get("array_value") or [row.get("value") or {}]
    found = [value.get("catalog_entry", {}).get("id", value.get("literal")) for value in rows]
    return [value for value in found if value is not None]
