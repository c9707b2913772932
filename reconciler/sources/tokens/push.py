"""A rotation, step by step: AWS, the cluster, Alertmanager, one test event.

No file remembers how far it came: each step looks at its place first, and is skipped where the live
token is there already. So the same command continues where an earlier run stopped.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC

from reconciler.client import SYSTEM_CLOCK, Clock, Token
from reconciler.plan.exit_codes import DONE, ERROR, PARTLY_APPLIED, REFUSED
from reconciler.sources.tokens.aws import Secrets
from reconciler.sources.tokens.check import aws_words, kubernetes_words
from reconciler.sources.tokens.kubectl import Kubectl
from reconciler.sources.tokens.places import PlaceAbsent, PlaceRefused, PlaceUnknown

POLL_SECONDS = 3.0
NOT_COPIED = (
    "the inventory names nothing that copies it: write `external_secret:` below `kubernetes:` of "
    "its environment"
)
AGAIN = "Run the same command again: it continues from here."


@dataclass(frozen=True, slots=True)
class Prompter:
    """Shows the steps and asks before each. `ask` is true for a yes."""

    say: Callable[[str], None]
    ask: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rotation:
    """One source's token on its way into the environment that uses it."""

    source: str
    token: Token
    secrets: Secrets
    kubectl: Kubectl | None
    region: str | None  # what the command line says, if it says anything
    context: str | None
    limit_seconds: float
    reload: str  # what Alertmanager needs then, in words
    still_live: Callable[[], bool]  # whether incident.io takes this token still
    test_event: Callable[[], tuple[bool, str]] | None = None
    test_words: str = ""
    clock: Clock = SYSTEM_CLOCK


@dataclass(slots=True)
class _State:
    """Which places have the token now, and whether this run wrote anything."""

    in_aws: bool
    in_kubernetes: bool
    wrote: bool = False
    trying: str = ""  # a write whose outcome is not known yet

    @property
    def code(self) -> int:
        """The exit code of a run that ends here, before its last step."""
        return PARTLY_APPLIED if self.wrote or self.trying else ERROR


def push(rotation: Rotation, prompter: Prompter) -> int:
    """Carry it out, show each step, and return an exit code."""
    state = _State(in_aws=False, in_kubernetes=False)
    try:
        refusal = _other_place(rotation)
        if refusal:
            prompter.say(f"refused: {refusal}; nothing was written")
            return REFUSED
        _look(rotation, state)
        for line in _outline(rotation, state):
            prompter.say(line)
        return _steps(rotation, state, prompter)
    except KeyboardInterrupt:
        prompter.say(f"interrupted; {_standing(state)}")
        if state.code == ERROR:
            raise
    except PlaceRefused as refused:
        if not isinstance(refused, PlaceUnknown):
            state.trying = ""
        prompter.say(f"error: {rotation.token.withheld_from(str(refused))}")
        if refused.advice:
            prompter.say(f"  {rotation.token.withheld_from(refused.advice)}")
        prompter.say(_standing(state))
    except OSError:  # the reader of the steps went away: what was not shown is not done
        if state.code == ERROR:
            raise
    return state.code


def _other_place(rotation: Rotation) -> str:
    """Why these credentials are not the inventory's; "" when they are."""
    wanted = rotation.secrets.place
    if rotation.region and rotation.region != wanted.region:
        return f"--region is {rotation.region}, but the inventory says {wanted.region}"
    account = rotation.secrets.account()
    if account != wanted.account:
        return f"AWS says account {account}, but the inventory says {wanted.account}"
    if rotation.kubectl is None:
        return ""
    context = rotation.kubectl.place.context
    current, known = rotation.kubectl.contexts()
    if context not in known:
        return f"kubectl does not know the context {context} of the inventory"
    used, whose = (rotation.context, "--context") if rotation.context else (current, "the context")
    if used == context:
        return ""
    wanted_context = f"the inventory says {context} (use `--context {context}`)"
    return f"{whose} is {used or 'not set'}, but {wanted_context}"


def _look(rotation: Rotation, state: _State) -> None:
    state.in_aws = rotation.token.same_as(rotation.secrets.read().token)
    if rotation.kubectl:
        state.in_kubernetes = _carries(rotation, rotation.kubectl)


def _carries(rotation: Rotation, kubectl: Kubectl) -> bool:
    """Whether the secret has the token; before the first sync there may be no secret at all."""
    try:
        return rotation.token.same_as(kubectl.secret().token)
    except PlaceAbsent:
        return False


def _outline(rotation: Rotation, state: _State) -> Sequence[str]:
    place = rotation.secrets.place
    done = "done already"
    lines = [
        f"The live token of {rotation.source}:",
        f"  1. write it to AWS: {aws_words(place)}; other keys stay"
        + (f"  [{done}]" if state.in_aws else ""),
    ]
    if rotation.kubectl:
        synced = state.in_kubernetes
        name = rotation.kubectl.place.external_secret
        how = rotation.kubectl.command("annotate", "externalsecret", name, "force-sync=…")
        how = how if name else NOT_COPIED
        lines += [
            "  2. request a sync:" + (f"  [{done}]" if synced else ""),
            f"     {how}",
            f"  3. wait until {kubernetes_words(rotation.kubectl.place)} has the token, "
            f"at most {rotation.limit_seconds:.0f} s" + (f"  [{done}]" if synced else ""),
        ]
    lines.append("  then: print what Alertmanager needs, if anything")
    if rotation.test_event:
        lines.append(f"  last: {rotation.test_words}")
    return lines


def _steps(rotation: Rotation, state: _State, prompter: Prompter) -> int:
    if not state.in_aws:
        if not prompter.ask("Write the token to AWS?"):
            return _declined(state, prompter)
        _must_be_live(rotation)
        state.trying = "the write to AWS"
        rotation.secrets.write(rotation.token)
        state.trying, state.wrote, state.in_aws = "", True, True
        if not rotation.token.same_as(rotation.secrets.read().token):
            state.in_aws = False
            raise PlaceRefused(
                "AWS accepted the token but shows another token",
                "something else writes this secret",
            )
        prompter.say("1. AWS has the token")
    if rotation.kubectl and not state.in_kubernetes:
        code = _sync(rotation, rotation.kubectl, state, prompter)
        if code != DONE:
            return code
    _must_be_live(rotation)
    for row in rotation.reload.split("\n"):  # commands stand on lines of their own
        prompter.say(row)
    if rotation.test_event:
        return _test(rotation, rotation.test_event, state, prompter)
    return DONE


def _must_be_live(rotation: Rotation) -> None:
    """Questions and syncs take their time: a user may create yet another token meanwhile."""
    if not rotation.still_live():
        message = f"{rotation.source} got another token in incident.io meanwhile"
        raise PlaceRefused(message, "the next run uses that token")


def _sync(rotation: Rotation, kubectl: Kubectl, state: _State, prompter: Prompter) -> int:
    if kubectl.place.external_secret:
        # In milliseconds: a value that is there already changes nothing, and so syncs nothing.
        now = int(rotation.clock.wall() * 1000)
        if not prompter.ask(f"Run `{kubectl.force_sync_command(now)}`?"):
            return _declined(state, prompter)
        state.trying = "the annotation"
        kubectl.force_sync(now)
        state.trying, state.wrote = "", True
        prompter.say("2. requested a sync of the ExternalSecret")
    elif not _carries(rotation, kubectl):
        prompter.say(f"error: {NOT_COPIED}")
        prompter.say(_standing(state))
        return state.code
    prompter.say(f"3. waiting for {kubernetes_words(kubectl.place)}")
    stop, end = threading.Event(), rotation.clock.monotonic() + rotation.limit_seconds
    while not _carries(rotation, kubectl.within(end - rotation.clock.monotonic())):
        if not rotation.clock.monotonic() < end:
            return _not_synced(rotation, kubectl, state, prompter)
        rotation.clock.pause(stop, POLL_SECONDS)
    state.in_kubernetes = True
    prompter.say("3. Kubernetes has the token")
    return DONE


def _not_synced(rotation: Rotation, kubectl: Kubectl, state: _State, prompter: Prompter) -> int:
    prompter.say(f"error: no sync within {rotation.limit_seconds:.0f} s")
    reason = rotation.token.withheld_from(kubectl.sync_state())
    if reason:
        prompter.say(f"  the operator reports: {reason}")
    last = kubectl.last_sync()
    if last:
        prompter.say(f"  the last sync: {last.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    else:
        prompter.say("  the operator has reported no sync yet")
    name = kubectl.place.external_secret
    prompter.say("  for details:")
    prompter.say(f"  {kubectl.command('describe', 'externalsecret', name)}")
    prompter.say("  with `refreshInterval: 0` the operator ignores the annotation")
    prompter.say(_standing(state))
    return state.code


def _test(
    rotation: Rotation, send: Callable[[], tuple[bool, str]], state: _State, prompter: Prompter
) -> int:
    if not prompter.ask(f"{rotation.test_words[:1].upper()}{rotation.test_words[1:]}?"):
        return _declined(state, prompter)
    state.trying = "the test event"
    accepted, words = send()
    state.trying = ""
    prompter.say(rotation.token.withheld_from(words))
    return DONE if accepted else state.code


def _declined(state: _State, prompter: Prompter) -> int:
    prompter.say(f"declined; {_standing(state)}")
    return ERROR


def _standing(state: _State) -> str:
    """Which places have the token, for the next run."""
    places = (("AWS", state.in_aws), ("Kubernetes", state.in_kubernetes))
    has = [name for name, has_token in places if has_token]
    verb = "have" if len(has) > 1 else "has"
    if state.trying:
        rest = f"; {' and '.join(has)} {verb} the token" if has else ""
        return f"whether {state.trying} was done is unknown{rest}. {AGAIN}"
    summary = f"{' and '.join(has) or 'no place'} {verb} the token. {AGAIN}"
    if state.wrote:
        return summary
    return f"nothing was written by this run; {summary}" if has else f"nothing was written. {AGAIN}"
