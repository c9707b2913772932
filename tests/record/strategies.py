"""Records of every shape."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from reconciler.record.record import Applied, Gone, Record, Whole

ACCOUNT = "https://app.incident.io/acme"
IDS = st.sampled_from(["01A", "01B", "01C"])
TIMES = st.integers(0, 5).map(lambda n: datetime(2026, 11, 1, tzinfo=UTC).replace(day=1 + n))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
RUNS = st.sampled_from(["r1", "r2"])
VERSIONS = st.integers(1, 3)
APPLIED = st.builds(
    Applied, IDS, TEXTS, VERSIONS, st.just("routes/a.yaml"), RUNS, TIMES,
    st.sampled_from(["", "c" * 40]), st.booleans(), TEXTS, TEXTS,
)  # fmt: skip
GONE = st.builds(Gone, IDS, TEXTS, VERSIONS, RUNS, TIMES, st.just(""))
ENTRIES = st.lists(st.one_of(APPLIED, GONE), max_size=4)
WHOLES = st.none() | st.builds(Whole, st.sampled_from(["a" * 40, "b" * 64]), TIMES)
RECORDS = st.builds(
    lambda rows, whole: Record(ACCOUNT, {one.id: one for one in rows}, whole), ENTRIES, WHOLES
)
