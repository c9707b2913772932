"""`--metrics FILE`: what a run found and how it ended, for Prometheus."""

import contextlib
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler import __version__
from reconciler.cli.meter import Meter
from reconciler.cli.options import output_option
from reconciler.cli.outputs import write_output
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, read_config, read_text
from reconciler.plan.exit_codes import CHANGES_PENDING, DONE, ERROR, PARTLY_APPLIED

if TYPE_CHECKING:
    from reconciler.report.metrics import Before

Command = Callable[..., int]
SUCCESS = (DONE, CHANGES_PENDING)


def measured(name: str) -> Callable[[Command], Command]:
    """With the option `--metrics`, which the command gets too, to compare it with its other output
    files. The shell that it gets counts requests; the command puts what it found into the meter.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(shell: Shell, **options: Any) -> int:
            file: str | None = options["metrics"]
            if not file:
                return command(shell, **options)
            metered = replace(shell, meter=Meter())
            return _run(lambda: command(metered, **options), metered, name, file)

        called: Callable[..., int] = run
        option = output_option("--metrics", "Also write metrics for Prometheus (OpenMetrics).")
        return option(click.pass_obj(called))

    return decorate


def _run(command: Callable[[], int], shell: Shell, name: str, file: str) -> int:
    """A run that ends with an error has metrics, too; a command line that is wrong is no run."""
    started = time.monotonic()
    try:
        code = command()
    except click.UsageError:
        raise
    except BaseException as error:
        wrong = _write(shell, name, file, time.monotonic() - started, succeeded=False)
        if not isinstance(error, FileRefused):  # perhaps of this very file
            _tell(shell, wrong)
        raise
    wrong = _write(shell, name, file, time.monotonic() - started, succeeded=code in SUCCESS)
    _tell(shell, wrong)
    if not wrong or code not in SUCCESS:
        return code
    return PARTLY_APPLIED if shell.meter and shell.meter.wrote else ERROR


def _tell(shell: Shell, wrong: str) -> None:
    if wrong:
        with contextlib.suppress(OSError):
            shell.warn(f"error: --metrics: {wrong}")


def _write(shell: Shell, name: str, file: str, seconds: float, *, succeeded: bool) -> str:
    """What went wrong, "" if the file was written."""
    from reconciler.report.metrics import Run, metrics_text

    meter = shell.meter or Meter()
    before = _before(shell, name, shell.root / file)
    config, _ = read_config(shell.root)
    run = Run(
        command=name,
        account=before.account if config.unreadable else config.account,
        version=__version__,
        succeeded=succeeded,
        ended=round(shell.now().timestamp(), 3),
        seconds=round(seconds, 3),
        requests=meter.requests,
    )
    try:
        write_output(shell.root / file, metrics_text(run, meter.counts, before.values))
    except FileRefused as error:
        return str(error)
    return ""


def _before(shell: Shell, name: str, path: Path) -> "Before":
    """What the file says so far; nothing of a pipe, and of a file of another kind with a word."""
    from reconciler.report.metrics import Before, metrics_before

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Before({})
        before = metrics_before(read_text(path), name)
    except FileNotFoundError:
        return Before({})
    except (OSError, ValueError):
        shell.warn(f"warning: {path}: the time of the last success is not known, because this file "
                   "had no metrics of reconciler")  # fmt: skip
        return Before({})
    if before.others:
        whose = " and ".join(f"`{other}`" for other in before.others)
        shell.warn(f"warning: {path}: the metrics of {whose} in this file are gone; give each "
                   "command a file of its own")  # fmt: skip
    return before
