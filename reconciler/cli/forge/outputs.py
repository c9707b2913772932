"""What a plan hands on to later steps and jobs."""

from collections.abc import Mapping

from reconciler.cli.forge.checkout import text_of
from reconciler.cli.forge.reviewed import plan_of
from reconciler.cli.shell import Shell
from reconciler.plan.saved import SavedPlan


def planned(shell: Shell, plan_file: str) -> SavedPlan:
    """A saved plan. Raises click.ClickException."""
    return plan_of(text_of(shell, plan_file), plan_file)


def counts_of(plan: SavedPlan) -> Mapping[str, int]:
    """{creates, updates, deletes}."""
    return {
        f"{action}s": sum(change.action == action for change in plan.changes)
        for action in ("create", "update", "delete")
    }


def truth(value: bool) -> str:
    """As the conditions of pipelines are written."""
    return "true" if value else "false"
