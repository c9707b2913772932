"""One episode: a team and its incident.io in bad weather, by a seed; then recovery and the laws.

The weather: route files change, people edit, rename and delete routes in the dashboard, answers
are lost, late or broken, runs are interrupted or killed at any moment, and two run at once. The
laws, after everything that was on its way has arrived and five minutes have passed:

- nothing is doubled: one live route for each name that a file declares;
- nothing is lost: a hand's value that the files leave to the dashboard is the last one that the
  hand chose, and what no file declares was never written or deleted;
- fields of a later API are as they were;
- the journals have no write that nobody knows about;
- what a hand or a rollback moved is drift to the next plan, which a person writes the files over;
- the last plan is empty, or says why not; no run ended in a traceback or a code of its own.
"""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reconciler import sandbox
from reconciler.runs.history import history
from reconciler.sandbox.http.faults import Kind
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.routes.shape_tables import LATER
from tests.e2e.conftest import checkout
from tests.e2e.team import Ended, Team
from tests.standby.running import standby

CODES = {0, 1, 3, 4, 5, 9, 130, 143, -signal.SIGKILL, -signal.SIGINT, -signal.SIGTERM}
SOURCES = ("Axiom, Grafana Cloud", "PlanetScale, Axiom", "Grafana Cloud, PlanetScale")
CHANNELS = ("C06E4KQ7R2N", '"#alerts"')
FAULTS: tuple[tuple[Kind, int], ...] = (
    ("drop", 1), ("lose", 3), ("late", 3), ("truncate", 1), ("cut", 2), ("status", 2), ("html", 1),
)  # fmt: skip
POINTS = ("line", "torn", "send", "sent")
PASSED_BY = "Passed By {}"  # live, and in no file


@dataclass(frozen=True, slots=True)
class Declared:
    """One route file of the episode."""

    name: str
    source: str
    channel: str
    left_to_hands: bool  # `private` is the dashboard's
    previously: str = ""
    absent: bool = False

    def text(self) -> str:
        """The file."""
        if self.absent:
            return f"name: {self.name}\nstate: absent\n"
        return (
            f"name: {self.name}\n"
            + (f"previously: {self.previously}\n" if self.previously else "")
            + ("ignore_changes: [private]\n" if self.left_to_hands else "")
            + f"sources: [{self.source}]\nnotify:\n  - slack: {self.channel}\n"
        )


@dataclass(slots=True)
class Episode:
    """The state of one episode. `log` is what happened, for whoever looks into a failure."""

    seed: int
    team: Team
    account: RunningSandbox
    later: Callable[..., None]  # lets time pass for commands in this process
    dice: random.Random
    files: dict[str, Declared] = field(default_factory=dict)
    hands: dict[str, bool] = field(default_factory=dict)  # route id -> `private` as a hand left it
    fields: dict[str, object] = field(default_factory=dict)  # route id -> fields of a later API
    bystanders: dict[str, Body] = field(default_factory=dict)
    made: int = 0
    log: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Four routes of files, as these say."""
        for _ in range(4):
            self.add()
        assert self.run("apply", "--auto-approve").code == 0

    def weather(self) -> None:
        """A few rounds of it."""
        for _ in range(self.dice.randint(2, 4)):
            for _ in range(self.dice.randint(1, 3)):
                self.dice.choice((self.add, self.add, self.edit, self.rename, self.remove))()
            for _ in range(self.dice.randint(0, 3)):
                self.dice.choice((self.hand_edits, self.hand_edits, self.hand_renames,
                                  self.hand_deletes))()  # fmt: skip
            for _ in range(self.dice.randint(0, 4)):
                self.fault()
            self.dice.choice((self.runs, self.is_cut_off, self.is_killed, self.is_signalled,
                              self.runs_twice, self.rolls_back))()  # fmt: skip
            if self.dice.random() < 0.3:
                self.log.append(f"arrive: {self.account.let_arrive()}")
            if self.dice.random() < 0.3:
                self.account.clear_faults()

    # what people do to files

    def add(self) -> None:
        self.made += 1
        name = f"Made {self.made}"
        self.declare(
            Declared(
                name,
                self.dice.choice(SOURCES),
                self.dice.choice(CHANNELS),
                self.dice.random() < 0.7,
            )
        )

    def edit(self) -> None:
        if live := [one for one in self.files.values() if not one.absent]:
            one = self.dice.choice(live)
            self.declare(
                Declared(
                    one.name,
                    self.dice.choice(SOURCES),
                    self.dice.choice(CHANNELS),
                    one.left_to_hands,
                    one.previously,
                )
            )

    def rename(self) -> None:
        if live := [one for one in self.files.values() if not one.absent and not one.previously]:
            one = self.dice.choice(live)
            self.made += 1
            del self.files[one.name]
            self.path(one.name).unlink()
            self.declare(
                Declared(f"Made {self.made}", one.source, one.channel, one.left_to_hands, one.name)
            )

    def remove(self) -> None:
        if live := [one for one in self.files.values() if not one.absent]:
            one = self.dice.choice(live)
            self.team.approve(one.name, "delete")
            self.declare(Declared(one.name, "", "", False, absent=True))

    def declare(self, one: Declared) -> None:
        self.log.append(f"file: {one}")
        self.files[one.name] = one
        self.path(one.name).write_text(one.text(), encoding="utf-8")

    def path(self, name: str) -> Path:
        return self.team.folder / "routes" / f"{name.lower().replace(' ', '-')}.yaml"

    # what people do in the dashboard

    def of_files(self) -> list[str]:
        """Ids of live routes that a file declares and leaves to hands."""
        names = {one.name for one in self.files.values() if one.left_to_hands}
        routes, _ = self.account.state.page("", 500)
        return [route.id for route in routes if route.body["name"] in names]

    def hand_edits(self) -> None:
        if ids := self.of_files():
            identity, private = self.dice.choice(ids), self.dice.random() < 0.5

            def change(body: Body) -> None:
                body["is_private"] = private
                body.setdefault(LATER["route"], {"made_at": self.dice.random()})
                self.fields[identity] = body[LATER["route"]]

            self.account.state.edit(identity, change)
            self.hands[identity] = private
            self.log.append(f"hand: {identity} private={private}")

    def hand_renames(self) -> None:
        if ids := self.of_files():
            identity = self.dice.choice(ids)
            self.made += 1
            name = f"By Hand {self.made}"
            self.account.state.edit(identity, lambda body: body.update(name=name))
            self.log.append(f"hand: {identity} is {name}")

    def hand_deletes(self) -> None:
        if ids := self.of_files():
            identity = self.dice.choice(ids)
            self.account.state.delete(identity)
            self.log.append(f"hand: {identity} deleted")

    # what happens to the network and to runs

    def fault(self) -> None:
        kinds = [kind for kind, weight in FAULTS for _ in range(weight)]
        kind = self.dice.choice(kinds)
        method = self.dice.choice(("GET", "POST", "POST", "PUT", "PUT", "DELETE"))
        after = self.dice.random() < 0.5
        status = self.dice.choice((500, 502, 503, 504, 403))
        skip, times = self.dice.choice((0, 0, 1, 5)), self.dice.choice((1, 1, 2))
        path = "alert_routes" if method != "GET" else self.dice.choice(("alert_routes$", "."))
        self.account.fault(
            kind, method=method, path=path, times=times, skip=skip, status=status,
            after=after and status != 403,
        )  # fmt: skip
        self.log.append(f"fault: {kind} {method} {path} skip {skip} times {times} {status} {after}")

    def run(self, *arguments: str) -> Ended:
        return self.ended(" ".join(arguments), self.team.run(*arguments))

    def ended(self, what: str, ended: Ended) -> Ended:
        self.log.append(f"$ {what}\n{ended.out}{ended.err}= {ended.code}")
        assert "Traceback" not in ended.out + ended.err
        assert ended.code in CODES
        return ended

    def runs(self) -> None:
        self.run("apply", "--auto-approve")

    def is_cut_off(self) -> None:
        """A new route whose POST is late, and somebody who tries again at once."""
        self.add()
        self.account.fault("late", method="POST", path="alert_routes", skip=self.dice.randint(0, 1))
        self.log.append("fault: late POST")
        self.runs()
        self.runs()

    def rolls_back(self) -> None:
        self.run("rollback", "--auto-approve")

    def is_killed(self) -> None:
        point, number = self.dice.choice(POINTS), str(self.dice.randint(1, 6))
        arguments = (point, number, "-C", str(self.team.folder), "apply", "--auto-approve")
        killed = standby().run("tests.e2e.killing", arguments, self.team.surroundings({}))
        ended = Ended(killed.returncode, killed.stdout, killed.stderr)
        self.ended(f"apply, killed at {point} {number}", ended)

    def is_signalled(self) -> None:
        number = self.dice.choice((signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
        with self.team.start("apply", "--auto-approve") as process:
            self.stir(self.dice.uniform(0.02, 0.5))
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        ended = Ended(process.returncode, out, err)
        if "KeyboardInterrupt" in err:  # before the command has begun: Python's own words
            ended = Ended(process.returncode, out, "")
        self.ended(f"apply, signal {number}", ended)

    def runs_twice(self) -> None:
        with (
            self.team.start("apply", "--auto-approve") as one,
            self.team.start("apply", "--auto-approve") as two,
        ):
            self.stir(0.3)
            for process in (one, two):
                out, err = process.communicate(timeout=60)
                self.ended("apply, of two", Ended(process.returncode, out, err))

    def stir(self, seconds: float) -> None:
        """Hands go on while runs are under way."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.dice.random() < 0.3:
                self.hand_edits()
            time.sleep(0.02)

    # recovery, and the laws

    def recover(self) -> None:
        """The weather clears, everything arrives, people decide what only they can decide."""
        self.account.clear_faults()
        self.account.let_arrive()
        self.later(minutes=6)
        for _ in range(4):
            self.run("apply", "--auto-approve")
            if self.run("apply", "--auto-approve", "--revert-drift").code == 0:
                break
            self.decide()

    def decide(self) -> None:
        """What the refusals of a plan ask of a person: routes that were renamed by hand go."""
        routes, _ = self.account.state.page("", 500)
        declared = {one.name for one in self.files.values()} | {
            one.previously for one in self.files.values()
        }
        for route in routes:
            name = route.body["name"]
            if name.startswith("By Hand") or (name.startswith("Made") and name not in declared):
                self.account.state.delete(route.id)
                self.log.append(f"hand: {route.id} ({name}) is not needed")

    def check(self) -> None:
        """The laws."""
        names = self.account.state.names()
        for one in self.files.values():
            assert names.count(one.name) == (0 if one.absent else 1), one.name
        last = self.run("plan")
        totals = next(line for line in last.out.splitlines() if line.startswith("Plan: "))
        assert " to " not in totals
        assert " drifted" not in totals
        assert " conflict" not in totals
        assert last.code == 0
        routes, _ = self.account.state.page("", 500)
        for route in routes:
            if route.id in self.hands:
                assert route.body["is_private"] == self.hands[route.id], route.id
            if route.id in self.fields:
                assert route.body.get(LATER["route"]) == self.fields[route.id], route.id
            if route.id in self.bystanders:
                assert route.body == self.bystanders[route.id], route.id
        assert set(self.bystanders) <= {route.id for route in routes}
        left = [write for run in history(self.team.folder) for write in run.unsettled]
        assert left == []


def prepared(
    seed: int, folder: Path, account: RunningSandbox, later: Callable[..., None]
) -> Episode:
    """An account as its files say, besides a few routes that no file declares."""
    episode = Episode(seed, checkout(folder, account), account, later, random.Random(seed))  # noqa: S311
    for path in (episode.team.folder / "routes").glob("*.yaml"):
        path.unlink()
    for route in account.state.page("", 500)[0]:
        episode.bystanders[route.id] = account.state.find(route.id).body
    return episode


def settings(seed: int) -> sandbox.Settings:
    """One of the servers that there may be."""
    dice = random.Random(seed)  # noqa: S311
    return sandbox.Settings(
        rate_limit=False,
        v3_available=dice.random() < 0.7,
        conflict_status=dice.choice((409, 412, 422)),
        extra_fields=True,
        latency_ms=dice.choice((0, 0, 10)),
    )


def weather(seed: int, folder: Path, later: Callable[..., None]) -> Episode:
    """One whole episode. Raises AssertionError, with the log of it, where a law is broken."""
    with sandbox.start(settings(seed)) as account:
        episode = prepared(seed, folder, account, later)
        try:
            episode.begin()
            episode.weather()
            episode.recover()
            episode.check()
        except AssertionError as error:
            error.add_note(f"seed {seed}\n" + "\n".join(episode.log))
            raise
        return episode
