"""`reconciler sandbox`: a local incident.io."""

import click

from reconciler.cli.options import output_option
from reconciler.cli.outputs import check_outputs, write_output
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused
from reconciler.files.reasons import ANSWERS
from reconciler.plan import exit_codes
from reconciler.sandbox import PastReading, Settings, missing_library, serve


@click.command(
    "sandbox",
    epilog="Example: reconciler sandbox --port 8700    (then export the two lines it prints)",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8700, show_default=True,
              help="Port on 127.0.0.1; 0 takes a free one.")  # fmt: skip
@click.option("--latency", type=click.FloatRange(0, 60_000), default=0.0, metavar="MS",
              help="Milliseconds to delay every response.")  # fmt: skip
@click.option("--routes", type=click.IntRange(0, 100_000), default=0, metavar="N",
              help="Number of generated routes, in addition to the six.")  # fmt: skip
@click.option("--past", type=click.IntRange(0, 1_000_000), default=0, metavar="N",
              help="Number of alerts of the last 14 days, with what the routes did.")  # fmt: skip
@click.option("--reading", default="", metavar="QUESTION=ANSWER,...",
              help="How the past was routed, where nothing is documented.")  # fmt: skip
@click.option("--seed", type=int, default=0, metavar="N",
              help="Another number makes another past.")  # fmt: skip
@click.option("--no-v3", is_flag=True, help="Behave as an organisation without API v3.")
@output_option("--ready-file", "Write the two exports to this file when it is ready.")
@click.pass_obj
def sandbox_command(
    shell: Shell,
    port: int,
    latency: float,
    routes: int,
    past: int,
    reading: str,
    seed: int,
    no_v3: bool,
    ready_file: str | None,
) -> int:
    """Run a local incident.io with six live routes, one of them with a live edit.

    It behaves like the real API: versions, pages, rights, rate limits, and changes
    to stored values. It sends nothing anywhere, and keeps nothing when it ends.
    --reading takes the questions and answers of `assume:` in reconciler.yaml.
    """
    missing = missing_library()
    if missing:
        shell.warn(f"error: {missing}")
        return exit_codes.ERROR
    check_outputs(shell.root, {"--ready-file": ready_file})
    settings = Settings(
        latency_ms=latency,
        routes=routes,
        v3_available=not no_v3,
        past=past,
        past_seed=seed,
        reading=_reading(reading),
    )

    def announce(url: str) -> None:
        from reconciler.sandbox.http.keys import FULL, READ_ONLY

        exports = f"export INCIDENT_ENDPOINT={url}\nexport INCIDENT_API_KEY={FULL.secret}\n"
        if ready_file:
            write_output(shell.root / ready_file, exports)
        shell.note(f"a local incident.io answers on {url}; in another terminal:\n")
        shell.say(exports)
        shell.note(f"(a read-only key: {READ_ONLY.secret})\nCtrl-C ends it.")

    try:
        serve(settings, "127.0.0.1", port, announce)
    except FileRefused:
        raise
    except OSError as error:
        shell.warn(f"error: port {port} cannot be used: {error.strerror or error}; try --port 0")
        return exit_codes.ERROR
    return exit_codes.DONE


def _reading(text: str) -> PastReading:
    """Raises click.UsageError for what is no question, or no answer to it."""
    chosen: dict[str, bool] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        question, _, answer = pair.partition("=")
        answers = ANSWERS[question][1] if question in ANSWERS else None
        if answers is None:
            known = ", ".join(ANSWERS)
            raise click.UsageError(f"--reading: {question} is not a question; there are {known}")
        if answer not in answers:
            words = " or ".join(f"{question}={choice}" for choice in answers)
            raise click.UsageError(f"--reading {pair}: write {words}")
        if question in chosen:
            raise click.UsageError(f"--reading: {question} is there twice; answer it once")
        chosen[question] = answers[answer]
    return PastReading(**chosen)
