"""Why a route takes an alert or not, in one line."""

from collections.abc import Mapping

from reconciler.model import Names
from reconciler.plan.compare.words import condition_words, reference_words
from reconciler.report.explain_words import value_words, whether
from reconciler.routing.outcome import Answer, Stop, Tested, Why

_STOPS: Mapping[Stop, str] = {
    "disabled": "the route is disabled",
    "no source": "the route has no source",
    "other source": "it takes no alerts of this source",
}
_HOLDS: Mapping[Answer, str] = {"yes": "holds", "no": "does not hold", "unknown": "may hold"}


def why_words(why: Why, names: Names) -> str:
    """The deciding conditions: `severity is missing, so "severity is set" does not hold`."""
    if why.stop:
        return _STOPS[why.stop]
    groups = [" and ".join(_tested(one, names) for one in group) for group in why.groups]
    return "; ".join(group or "an empty group" for group in groups) or "it has no conditions"


def _tested(one: Tested, names: Names) -> str:
    subject = reference_words(one.condition.subject, names)
    words = condition_words(one.condition, names)
    value, holds = value_words(one.value, names), _HOLDS[one.verdict.answer]
    known = f'{subject} is {value}, so "{words}" {holds}'
    depends = whether(one.verdict.depends_on)
    return f"{known} (depends on {depends})" if depends else known
