"""What an import, or `init`, may write beside the other folders of the account."""

from dataclasses import replace
from pathlib import Path

import click

from reconciler.adopt.importing import Imported
from reconciler.cli.folders import among_others
from reconciler.files.config import CONFIG_FILE
from reconciler.model import Config
from reconciler.text import counted


def check_imported(root: Path, config: Config, account: str, imported: Imported) -> None:
    """Before the files of live routes are written. `account`: "" for that of `config`. Raises
    click.ClickException where another folder of the account declares one of the routes.
    """
    config = replace(config, account=account or config.account)
    drafts = [draft.declaration for draft in imported.drafts]
    shared = among_others(root, config, drafts)
    twins = [finding for finding in shared if finding.code == "two-folders"]
    if twins:
        more = f", and so are {counted(len(twins) - 1, 'more live route')}" if twins[1:] else ""
        raise click.ClickException(
            f"nothing was written in this folder: {twins[0].message}{more}. Say in the "
            f"{CONFIG_FILE} of both folders which routes each owns, such as `owns: {{teams: "
            "[Payments]}`, and run the command again"
        )
