"""The rules for payloads beyond their shape, in both versions of the API.

Every check appends to one list of problems, so that a caller learns of all of them at once.
It assumes a payload whose shape is right (`shapes.look` found nothing).
"""

import re
from collections.abc import Callable, Iterator

from reconciler.sandbox.account.account import Account
from reconciler.sandbox.errors import Problem
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.routes.operations import NONE, operations
from reconciler.sandbox.routes.references import HOP, SCOPE, UNKNOWN, References, Typed

LiteralTest = Callable[[str], bool]
REFERENCE_NAME = re.compile(r"[a-zA-Z0-9_-]+")
MODES = frozenset({"standard", "retrospective", "tutorial", "test"})


class Rules:
    """The rules for one payload. `problems` fills up while the checks run."""

    def __init__(self, account: Account, payload: Body) -> None:
        self.account = account
        self.references = References(account, payload["expressions"])
        self.problems: list[Problem] = []

    def refuse(self, pointer: str, code: str, message: str) -> None:
        self.problems.append(Problem(pointer, code, message))

    def route(self, payload: Body) -> None:
        """The parts that both versions spell alike."""
        for index, source in enumerate(payload["alert_sources"]):
            pointer = f"/alert_sources/{index}"
            self.known("sources", source["alert_source_id"], f"{pointer}/alert_source_id")
            self.groups(source["condition_groups"], f"{pointer}/condition_groups")
        self.groups(payload["condition_groups"], "/condition_groups")
        for index, team in enumerate(payload.get("owning_team_ids", [])):
            self.known("teams", team, f"/owning_team_ids/{index}")
        self.expressions(payload["expressions"])
        for index, target in enumerate(payload["escalation_config"]["escalation_targets"]):
            self.target(target, f"/escalation_config/escalation_targets/{index}")

    def known(self, table: str, thing_id: str, pointer: str) -> None:
        if self.account.find(table, thing_id) is None:
            noun = table.replace("_", " ")
            self.refuse(pointer, "not_found", f"{thing_id!r} is none of this account's {noun}")

    def find(self, reference: str, pointer: str, element: Typed | None = None) -> Typed | None:
        found = self.references.find(reference, element)
        if found is None:
            self.refuse(pointer, "unknown_reference", f"{reference!r} is not in scope")
        return found

    # conditions

    def groups(self, groups: list[Body], pointer: str, element: Typed | None = None) -> None:
        for index, group in enumerate(groups):
            for place, condition in enumerate(group["conditions"]):
                self.condition(condition, f"{pointer}/{index}/conditions/{place}", element)

    def condition(self, condition: Body, pointer: str, element: Typed | None) -> None:
        subject = self.find(condition["subject"], f"{pointer}/subject", element)
        if subject is None:
            return
        allowed = operations(subject.type, self.account)
        operation = condition["operation"]
        if operation not in allowed:
            message = f"{operation!r} is not an operation on {subject.type}"
            self.refuse(f"{pointer}/operation", "invalid_operation", message)
            return
        bindings = list(condition["param_bindings"])
        while bindings and not bindings[-1]:
            bindings.pop()  # trailing empty bindings are what reads append (fact 3.4)
        wanted = 0 if allowed[operation] == NONE else 1
        if len(bindings) != wanted:
            message = f"{operation!r} takes {wanted} operands, not {len(bindings)}"
            self.refuse(f"{pointer}/param_bindings", "invalid_operands", message)
            return
        fits = self.operand_test(subject, operation)
        for index, binding in enumerate(bindings):
            if not binding:
                message = f"{operation!r} needs something to compare with"
                self.refuse(f"{pointer}/param_bindings/{index}", "invalid_operands", message)
            self.binding(binding, f"{pointer}/param_bindings/{index}", fits, element)

    def operand_test(self, subject: Typed, operation: str) -> LiteralTest:
        catalog_type = self.account.catalog_type(subject.type)
        if catalog_type is not None and "contains" not in operation:
            return self.is_entry_of(catalog_type["id"])
        return is_number if subject.type == "Number" else bool

    # bindings

    def binding(
        self, binding: Body, pointer: str, fits: LiteralTest, element: Typed | None = None
    ) -> None:
        """One of `value` and `array_value`, each value one of `literal` and `reference`; or
        nothing, wherever a binding can stand (fact 3.10).
        """
        if not binding:
            return
        if len(binding) != 1:
            self.refuse(pointer, "invalid_binding", "needs either value or array_value")
            return
        for value, place in values(binding, pointer):
            if len(value) != 1:
                self.refuse(place, "invalid_binding", "needs either literal or reference")
            elif "reference" in value:
                self.find(value["reference"], f"{place}/reference", element)
            elif not fits(value["literal"]):
                message = f"{value['literal']!r} is not a value for this"
                self.refuse(f"{place}/literal", "invalid_literal", message)

    def in_table(self, *tables: str) -> LiteralTest:
        return lambda literal: any(self.account.find(table, literal) for table in tables)

    def target(self, target: Body, pointer: str) -> None:
        """Who is paged: a path or a user; a path's echo in `users` (fact 3.1) is let pass."""
        paths, users = target.get("escalation_paths"), target.get("users")
        if not paths and not users:
            self.refuse(pointer, "missing_field", "needs escalation_paths or users")
        if paths:
            place = f"{pointer}/escalation_paths"
            self.binding(paths, place, self.in_table("escalation_paths"))
            self.leads_to("EscalationPath", paths, place)
            if users and users != paths:
                self.refuse(
                    f"{pointer}/users", "conflict", "a target has a path or users, not both"
                )
        elif users:
            self.binding(users, f"{pointer}/users", self.in_table("users"))
            self.leads_to("User", users, f"{pointer}/users")

    def leads_to(self, type_name: str, binding: Body, pointer: str) -> None:
        """References must be of that catalog type."""
        for value, place in values(binding, pointer):
            found = self.references.find(value.get("reference", ""))
            if found is None:
                continue
            catalog_type = self.account.catalog_type(found.type)
            if catalog_type is None or catalog_type["type_name"] != type_name:
                message = f"{value['reference']!r} is of type {found.type}, not {type_name}"
                self.refuse(f"{place}/reference", "invalid_type", message)

    # messages

    def destination(self, destination: Body, pointer: str, slack: re.Pattern[str]) -> None:
        self.groups(destination["condition_groups"], f"{pointer}/condition_groups")
        tests: dict[str, LiteralTest] = {
            "slack_targets": lambda literal: slack.fullmatch(literal) is not None,
            "ms_teams_targets": bool,
        }
        if not any(destination.get(name, {}).get("binding") for name in tests):
            self.refuse(pointer, "missing_field", "needs slack_targets or ms_teams_targets")
        for name, fits in tests.items():
            if name in destination:
                self.binding(destination[name]["binding"], f"{pointer}/{name}/binding", fits)

    # incident templates

    def template(self, template: Body, pointer: str) -> None:
        tests: dict[str, LiteralTest] = {
            "incident_mode": MODES.__contains__,
            "incident_type": self.in_table("incident_types"),
            "membership_teams": self.in_table("teams", "catalog_entries"),
            # What a text uses need not exist: the server marks it as `missing` (fact 3.7).
            "name": anything,
            "severity": self.in_table("severities"),
            "start_in_triage": {"true", "false"}.__contains__,
            "summary": anything,
            "workspace": bool,
        }
        for name, fits in tests.items():
            binding = template.get(name, {}).get("binding", {})
            self.binding(binding, f"{pointer}/{name}/binding", fits)
        for index, custom in enumerate(template.get("custom_fields", [])):
            self.custom_field(custom, f"{pointer}/custom_fields/{index}")

    def custom_field(self, custom: Body, pointer: str) -> None:
        field = self.account.find("custom_fields", custom["custom_field_id"])
        if field is None:
            self.known("custom_fields", custom["custom_field_id"], f"{pointer}/custom_field_id")
            return
        tests: dict[str, LiteralTest] = {"text": anything, "numeric": is_number, "link": bool}
        fits = tests.get(field["field_type"])
        if fits is None and "catalog_type_id" in field:
            fits = self.is_entry_of(field["catalog_type_id"])
        fits = fits or self.is_option_of(field["id"])
        self.binding(custom["binding"], f"{pointer}/binding", fits)

    def is_entry_of(self, type_id: str) -> LiteralTest:
        return lambda literal: self.account.entry(type_id, literal) is not None

    def is_option_of(self, field_id: str) -> LiteralTest:
        def fits(literal: str) -> bool:
            option = self.account.find("custom_field_options", literal)
            return option is not None and option["custom_field_id"] == field_id

        return fits

    def grouping_keys(self, keys: list[Body], pointer: str) -> None:
        for index, key in enumerate(keys):
            self.find(key["reference"], f"{pointer}/{index}/reference")

    # expressions

    def expressions(self, expressions: list[Body]) -> None:
        seen: set[str] = set()
        for index, expression in enumerate(expressions):
            pointer = f"/expressions/{index}"
            reference = expression["reference"]
            if not REFERENCE_NAME.fullmatch(reference):
                self.refuse(f"{pointer}/reference", "invalid_reference", "letters, digits, - and _")
            if reference in seen:
                self.refuse(f"{pointer}/reference", "duplicate", f"{reference!r} is there twice")
            seen.add(reference)
            self.expression(expression, pointer)

    def expression(self, expression: Body, pointer: str) -> None:
        root, operations_ = expression["root_reference"], expression["operations"]
        current = self.find(root, f"{pointer}/root_reference") or UNKNOWN
        branching = any(each["operation_type"] == "branches" for each in operations_)
        if branching and (root != "." or len(operations_) != 1):
            message = 'branches stand alone and start at "."'
            self.refuse(f"{pointer}/root_reference", "invalid_root", message)
        if not operations_:
            self.refuse(f"{pointer}/operations", "is_required", "needs an operation")
        for index, operation in enumerate(operations_):
            self.operation(operation, current, f"{pointer}/operations/{index}")
            current = self.references.after(current, operation)
        if "else_branch" in expression:
            place = f"{pointer}/else_branch/result"
            self.binding(expression["else_branch"]["result"], place, self.result_test(current))

    def operation(self, operation: Body, current: Typed, pointer: str) -> None:
        kind = operation["operation_type"]
        bodies = {"branches", "cast", "concatenate", "filter", "navigate", "parse"}
        for name in sorted(bodies & operation.keys() - {kind}):
            self.refuse(f"{pointer}/{name}", "unexpected_field", f"{kind} has no {name}")
        if kind in bodies and kind not in operation:
            self.refuse(f"{pointer}/{kind}", "missing_field", f"{kind} is required")
            return
        body = operation.get(kind, {})
        if kind == "concatenate":
            self.find(body["reference"], f"{pointer}/concatenate/reference")
        elif kind == "navigate" and current.type != SCOPE.type:
            hop = HOP.fullmatch(body["reference"])
            if hop is None or self.references.hop(current, hop["id"]) is None:
                message = f"{body['reference']!r} is no attribute of {current.type}"
                self.refuse(f"{pointer}/navigate/reference", "unknown_reference", message)
        elif kind == "filter":
            element = Typed(current.type, False, current.label)
            self.groups(body["condition_groups"], f"{pointer}/filter/condition_groups", element)
        elif kind == "branches":
            fits = self.result_test(self.references.after(current, operation))
            for index, branch in enumerate(body["branches"]):
                place = f"{pointer}/branches/branches/{index}"
                self.groups(branch["condition_groups"], f"{place}/condition_groups")
                self.binding(branch["result"], f"{place}/result", fits)

    def result_test(self, result: Typed) -> LiteralTest:
        return self.operand_test(result, "one_of")


def values(binding: Body, pointer: str) -> Iterator[tuple[Body, str]]:
    """The values of a binding, each with its pointer."""
    if "value" in binding:
        yield binding["value"], f"{pointer}/value"
    for index, value in enumerate(binding.get("array_value", [])):
        yield value, f"{pointer}/array_value/{index}"


def anything(_literal: str) -> bool:
    return True


def is_number(literal: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", literal) is not None
