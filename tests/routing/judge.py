"""Whether an answer is right about one alert: complete, exact, and with true witnesses."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from reconciler.model import Branches, Condition, ConditionGroups, Route
from reconciler.routing.evaluate import evaluate
from reconciler.routing.outcome import Outcome as Evaluated
from reconciler.routing.reading import Reading
from reconciler.routing.who import Row, Thing, Who
from reconciler.routing.world import Alert, World
from tests.routing.oracle import Answers, Oracle, Outcome

Routes = Mapping[str, Route]
Change = tuple[str, object]


def changes(before: Outcome, after: Outcome) -> set[Change]:
    """All that is different, each as a row would say it."""
    found: set[Change] = set()
    for thing in {*before.pages, *after.pages}:
        was, now = before.pages[thing], after.pages[thing]
        found |= {("lost", thing)} if was and not now else set()
        found |= {("gained", thing)} if now and not was else set()
        found |= {("doubled", thing)} if was == 1 and now > 1 else set()
        found |= {("undoubled", thing)} if was > 1 and now == 1 else set()
    for channel in {*before.channels, *after.channels}:
        was, now = before.channels[channel], after.channels[channel]
        found |= {("channels_lost", channel)} if was and not now else set()
        found |= {("channels_gained", channel)} if now and not was else set()
    counts = (before.incidents, after.incidents)
    match tuple(min(count, 2) for count in counts):
        case (was, 0) if was:
            found.add(("incident", "lost"))
        case (0, now) if now:
            found.add(("incident", "gained"))
        case (1, 2):
            found.add(("incident", "doubled"))
        case (2, 1):
            found.add(("incident", "undoubled"))
    return found


def claims(row: Row, oracle: Oracle) -> set[Change]:
    """What a row says of the alert."""
    found: set[Change] = set()
    for kind in ("lost", "gained", "doubled", "undoubled"):
        for sort, of in getattr(row, kind):
            things = [of]
            if of.startswith("alert."):
                named = oracle.value(of, {})[1]
                things = [oracle.world.paged.get(one, one) for one in named]
                if not things:
                    found.add((kind, "nothing"))
            found |= {(kind, (sort, thing)) for thing in things}
    found |= {("channels_lost", one) for one in row.channels_lost}
    found |= {("channels_gained", one) for one in row.channels_gained}
    return found | ({("incident", row.incident)} if row.incident else set())


def check(
    who: Who,
    before: Routes,
    after: Routes,
    world: World,
    alert: Alert,
    reading: Reading,
    answers: Answers,
) -> int:
    """Raises AssertionError; the number of changes otherwise."""
    oracle = Oracle(world, reading, alert, answers)
    now = oracle.outcome(after)
    different = changes(oracle.outcome(before), now)
    told: set[Change] = set()
    for row in who.rows:
        if not oracle.applies(row):
            continue
        said = claims(row, oracle)
        assert said <= different, ("false", said - different, row, alert, reading)
        told |= said
        lost = any(kind == "lost" for kind, _ in said)
        if lost and row.nobody is True:
            assert not now.pages, ("somebody is paged", row, alert, reading)
        if lost and row.nobody is None:
            assert now.pages, ("nobody is paged", row, alert, reading)
    left = different - told
    if left and not any(oracle.inside(one.region) for one in who.unknown):
        raise AssertionError(("missed", left, alert, reading))
    return len(different)


def check_witnesses(
    who: Who, before: Routes, after: Routes, world: World, readings: Sequence[Reading]
) -> None:
    """Each witness does what its row says, under each reading that the row is about, for some
    answers to the questions that incident.io leaves open for good.
    """
    for row in who.rows:
        fits = [
            one
            for one in readings
            if all(one.answer(question) == answer for question, answer in row.depends_on.items())
        ]
        assert fits, row
        assert row.witness.source in row.region.sources
        for reading in fits:
            assert any(
                _does(row, before, after, Oracle(world, reading, row.witness, answers.__getitem__))
                for answers in _answers(row, before, after, world, reading)
            ), ("witness", row, reading)


def _does(row: Row, before: Routes, after: Routes, oracle: Oracle) -> bool:
    now = oracle.outcome(after)
    different = changes(oracle.outcome(before), now)
    alone = row.nobody is not True or not now.pages
    return oracle.applies(row) and claims(row, oracle) <= different and alone


def _answers(
    row: Row, before: Routes, after: Routes, world: World, reading: Reading
) -> Iterator[dict[object, bool]]:
    """All answers to all questions that the witness may raise."""
    asked: dict[object, None] = {}

    def note(question: object) -> bool:
        asked[question] = None
        return len(asked) % 2 == 0

    oracle = Oracle(world, reading, row.witness, note)
    for route in (*before.values(), *after.values()):
        for condition in _conditions(route):
            oracle.holds(condition, {one.reference: one for one in route.expressions})
    for those in product((False, True), repeat=len(asked)):
        yield dict(zip(asked, those, strict=True))


def _conditions(route: Route) -> Iterator[Condition]:
    groups: list[ConditionGroups] = [route.when]
    groups += [place.when for place in route.sources]
    groups += [place.when for place in route.notify]
    groups += [route.incident.when] if route.incident else []
    for expression in route.expressions:
        for step in expression.steps:
            if isinstance(step, Branches):
                groups += [case.when for case in step.cases]
    for those in groups:
        for group in those:
            yield from group


def check_by_evaluator(
    who: Who, before: Routes, after: Routes, alert: Alert, oracle: Oracle
) -> None:
    """The evaluator, which may answer "unknown", contradicts no row, and finds nothing besides."""
    was, now = (evaluate(alert, one, oracle.reading, oracle.world) for one in (before, after))
    told = {claim for row in who.rows if oracle.applies(row) for claim in claims(row, oracle)}
    known = any(oracle.inside(one.region) for one in who.unknown)
    for thing in {*was.pages, *now.pages}:
        one, other = (_paged(outcome, thing) for outcome in (was, now))
        for kind, certain, denied in (
            ("lost", (one, other) == ("yes", "no"), one == "no" or other == "yes"),
            ("gained", (one, other) == ("no", "yes"), one == "yes" or other == "no"),
        ):
            assert not (certain and (kind, thing) not in told and not known), (kind, thing, alert)
            assert not (denied and (kind, thing) in told), (kind, thing, alert)
    for channel in {*was.channels, *now.channels}:
        one, other = (_posted(outcome, channel) for outcome in (was, now))
        lost = ("channels_lost", channel) in told
        assert lost or known or (one, other) != ("yes", "no"), (channel, alert)
        assert not (lost and (one == "no" or other == "yes")), (channel, alert)


def _paged(outcome: Evaluated, thing: Thing) -> str:
    effect = outcome.pages.get(thing)
    if effect is not None:
        return effect.verdict.answer
    return "unknown" if outcome.anybody else "no"


def _posted(outcome: Evaluated, channel: str) -> str:
    effect = outcome.channels.get(channel)
    if effect is not None:
        return effect.verdict.answer
    return "unknown" if outcome.anywhere else "no"
