"""Who is paged differently, as the JSON of `wire.who` with the words of each row beside it."""

from collections.abc import Sequence

from reconciler.model import Json
from reconciler.plan.paging.proof import Proof
from reconciler.plan.paging.region_words import unproven_words
from reconciler.plan.paging.who_words import row_words, summary
from reconciler.report.who_words import rest_words
from reconciler.routing.who import Row
from reconciler.wire.who import who_document

JsonObject = dict[str, Json]


def who_json(proof: Proof) -> JsonObject:
    """The document; its rows stand in the order of the proof."""
    document = who_document(proof.who, proof.names)
    words = [_words(row, proof) for row in proof.who.rows]
    alerts = [", ".join(unproven_words(part, proof.names)) for part in proof.who.unknown]
    return {
        "summary": summary(proof),
        **document,
        "rows": _with(document["rows"], words),
        "unknown": _with(document["unknown"], alerts),
        "rest": list(rest_words(proof)),
    }


def _with(rows: Json, words: Sequence[Json]) -> list[Json]:
    pairs = zip(rows if isinstance(rows, list) else (), words, strict=True)
    return [{**row, "words": text} for row, text in pairs if isinstance(row, dict)]


def _words(row: Row, proof: Proof) -> JsonObject:
    words = row_words(row, proof)
    beside = {"because": words.because, "example": words.example, "only_if": words.only_if}
    return {
        "kind": words.kind,
        "label": words.label,
        "where": words.where,
        "before": words.before,
        "after": words.after,
        **{key: text for key, text in beside.items() if text},
    }
