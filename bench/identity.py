"""What the built-in verifier reads, refuses and lets through.

``python -m bench.identity [--documents 300] [--live 200] [--attempts 500] [--photos FOLDER] [--seed 7]``

Documents are specimens as a phone would photograph them: turned, blurred, dim, cut, saved anew. Liveness is judged on
drawn people who do what they were asked, and on stills, replays and shuffled frames. Attempts are made over the API by
somebody who is not the customer. ``--photos`` names a folder of openly licensed portraits, one person a file-name prefix
up to its first digit, dot or underscore; without at least 30 people the table claims no error rate. Each figure is printed
when it is measured, so that a run that is cut short still says what it saw; a part whose count is 0 is left out, so that
a long run can be made in pieces (another ``--seed`` each).
"""

from __future__ import annotations

import argparse
import base64
import itertools
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from agent.llm.off import NoModel
from agent.settings import load
from app import build
from bench._spoiled import READABLE, UNREADABLE, gridded, leaning, table
from eval.stats import quantile
from tools.bank.stories import StoryCustomer, load_stories
from tools.identity.documents import DocumentReader, Record, differs
from tools.identity.faces import FaceEngine, distance
from tools.identity.liveness import judge, mark_of
from tools.identity.ocr import RapidRecogniser
from tools.identity.pictures import Pixels, Unusable, encode, read
from tools.identity.specimens import cards, passports
from tools.identity.specimens.features import Pose
from tools.identity.specimens.looks import look
from tools.identity.specimens.people import face_of, sequence
from tools.identity.specimens.portrait import portrait
from tools.identity.specimens.specimens import Specimens
from tools.identity.verifier import FRAME_SIDE, SAME_FACE_MAX, portrait_of

TODAY = date(2026, 11, 26)
PEOPLE_MIN = 30
LEVEL = 3


def main() -> int:
    """Prints the figures; 0 when nobody was let through who should not have been."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--live", type=int, default=200)
    parser.add_argument("--attempts", type=int, default=500)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    let_through = attempts(told.attempts, told.seed) if told.attempts else 0
    let_through += liveness(told.live, told.seed) if told.live else 0
    if told.documents:
        documents(told.documents, told.seed)
    if told.photos is not None:
        faces(told.photos)
    return 1 if let_through else 0


def out(line: str) -> None:
    """A line of the report, at once."""
    print(line, flush=True)


class _Spent:
    """Seconds of checks, by the clock and of the processor (both cores together)."""

    def __init__(self) -> None:
        self._wall, self._cpu = list[float](), list[float]()

    def begin(self) -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def end(self, began: tuple[float, float]) -> None:
        self._wall.append(time.perf_counter() - began[0])
        self._cpu.append(time.process_time() - began[1])

    def __str__(self) -> str:
        if not self._wall:
            return "none"
        told = (
            (name, quantile(of, 0.5), quantile(of, 0.95))
            for name, of in (("clock", self._wall), ("processor", self._cpu))
        )
        return ", ".join(f"{name} p50 {half:.2f} s, p95 {most:.2f} s" for name, half, most in told)


# --- documents -------------------------------------------------------------------------------------------------------


def pages(story: StoryCustomer) -> Sequence[Pixels]:
    """The customer's document, side by side."""
    photo = portrait(face_of(story))
    if story.document == "passport":
        return [passports.data_page(story, photo)]
    return [cards.front(story, photo), cards.back(story)]


def documents(count: int, seed: int) -> None:
    """Readable and unreadable pictures, two to one; and cards with one wrong digit."""
    rng, recogniser, faces = random.Random(seed), RapidRecogniser(), FaceEngine()
    reader = DocumentReader(recogniser)
    recogniser.warm_up()  # as a server's are
    faces.warm_up()
    stories = load_stories().customers
    right, refused, words = Counter[str](), 0, Counter[str]()
    spent, sideways, refusing = _Spent(), _Spent(), _Spent()
    readable, unreadable = count * 2 // 3, count - count * 2 // 3
    for i in range(readable):
        kind = list(READABLE)[i % len(READABLE)]
        story = stories[i % len(stories)]
        pictures = [encode(READABLE[kind](table(page, rng), rng), 88) for page in pages(story)]
        began = spent.begin()
        try:
            papers = reader.read([read(picture) for picture in pictures], TODAY)
            portrait_of(faces, papers)
            right[kind] += not (wrong := differs(papers, _record(story)))
            words[f"{kind}: another's"] += wrong
        except Unusable as unusable:
            words[f"{kind}: {unusable}"] += 1
        spent.end(began)
        if kind == "a quarter round":
            sideways.end(began)
        if i % 20 == 19 or i == readable - 1:
            out(f"documents: every field right {right.total()} of {i + 1}; {spent}")
    for i in range(unreadable):
        kind = list(UNREADABLE)[i % len(UNREADABLE)]
        first, *others = (table(page, rng) for page in pages(stories[i % len(stories)]))
        pictures = [encode(UNREADABLE[kind](first, rng), 88), *map(encode, others)]
        began = refusing.begin()
        try:
            reader.read([read(picture) for picture in pictures], TODAY)
            words[f"{kind}: read all the same"] += 1
        except Unusable:
            refused += 1
        refusing.end(began)
    out(f"documents: a quarter round {sideways}")
    out(f"documents: unreadable refused {refused} of {unreadable}; {refusing}; otherwise {dict(+words)}")
    _wrong_digits(reader, rng, max(8, count // 30))


def _wrong_digits(reader: DocumentReader, rng: random.Random, count: int) -> None:
    passed = 0
    for _ in range(count):
        story = rng.choice([told for told in load_stories().customers if told.document == "id_card"])
        number, place = story.papers.number, rng.randrange(6, 17)
        number = number[:place] + str((int(number[place]) + rng.randint(1, 9)) % 10) + number[place + 1 :]
        forged = story.model_copy(update={"papers": story.papers.model_copy(update={"number": number})})
        first, second = (table(page, rng) for page in pages(forged))
        try:
            reader.read([first, second], TODAY)
            passed += 1
        except Unusable:
            pass
    out(f"documents: with one wrong digit passed {passed} of {count}")


def _record(story: StoryCustomer) -> Record:
    return Record(story.name, story.gender, story.born, story.document, story.papers.number)


# --- liveness --------------------------------------------------------------------------------------------------------


def liveness(count: int, seed: int) -> int:
    """Honest rows of frames, and as many of each kind of fraud together; returns how many frauds were taken for life."""
    rng, engine = random.Random(seed), FaceEngine()
    engine.warm_up()
    people = [face_of(story) for story in load_stories().customers] + [look(seed, "m") for seed in (0, 1, 2, 7)]
    honest, spent, taken = Counter[str](), _Spent(), Counter[str]()
    rows = []
    for i in range(count // 2):
        challenge = f"chl_{seed}_{i}"
        sent = [encode(frame, 88) for frame in sequence(people[i % len(people)], challenge)]
        began = spent.begin()
        row = [read(frame, FRAME_SIDE) for frame in sent]
        rows.append((challenge, row))
        try:
            live = judge(engine, challenge, row, [])
            for frame in (live.straight[0], live.straight[-1]):  # those that are held against the document
                engine.encode(frame.pixels, frame.face)
            honest["passed"] += 1
        except Unusable as unusable:
            honest[str(unusable)] += 1
        spent.end(began)
    out(f"liveness: honest {dict(honest)} of {count // 2}; {spent}")
    for i in range(count):
        kind = ("still", "replay", "shuffled", "moved still", "eyes shut", "screen", "turned print")[i % 7]
        challenge, row = rows[rng.randrange(len(rows))]
        if kind == "replay":
            challenge = f"chl_other_{i}"
        try:
            used = [mark_of(frame) for frame in row] if kind == "replay" else []  # what was seen is known
            judge(engine, challenge, _fraud(kind, row, rng), used)
            taken[kind] += 1
        except Unusable:
            pass
    out(f"liveness: frauds accepted {taken.total()} of {count} {dict(taken)}")
    return taken.total()


def _fraud(kind: str, row: Sequence[Pixels], rng: random.Random) -> Sequence[Pixels]:
    if kind == "still":
        return [row[0]] * len(row)
    if kind == "moved still":
        return [np.roll(row[0], rng.randint(-30, 30), axis=1) for _ in row]
    if kind == "shuffled":
        return rng.sample(row, len(row))
    if kind == "eyes shut":
        return [portrait(look(rng.randrange(8), "m"), Pose(shut=1.0)) for _ in row]
    if kind == "screen":
        return [gridded(frame, 3.0) for frame in row]
    if kind == "turned print":
        return [leaning(row[0], lean) for lean in (0, 0, 0, 50, 60, 60, 0, 0, -50, -60, -60, 0, 0, 0, 0)]
    return row


# --- faces -----------------------------------------------------------------------------------------------------------


def faces(folder: Path | None) -> None:
    """Pairs of drawn people, and of the photos in a folder."""
    engine = FaceEngine()
    drawn: dict[str, list[Any]] = {}
    for story in load_stories().customers:
        for challenge in ("chl_a", "chl_b"):
            frame = sequence(face_of(story), challenge)[0]
            found = engine.find(frame)
            if found:
                drawn.setdefault(story.id, []).append(engine.encode(frame, found[0]))
    _pairs("drawn", drawn)
    photos: dict[str, list[Any]] = {}
    for path in sorted(folder.glob("*.*")) if folder is not None else ():
        picture = read(path.read_bytes())
        found = engine.find(picture, 1120)
        if found:
            name = re.split(r"[\d._]", path.name)[0]
            photos.setdefault(name, []).append(engine.encode(picture, found[0]))
    if photos:
        _pairs("photos", photos)


def _pairs(kind: str, people: dict[str, list[Any]]) -> None:
    same = [distance(a, b) for found in people.values() for a, b in itertools.combinations(found, 2)]
    other = [distance(a, b) for one, two in itertools.combinations(people, 2) for a in people[one] for b in people[two]]
    claim = "" if len(people) >= PEOPLE_MIN and kind == "photos" else "; too few people: no error rate is claimed"
    out(f"faces, {kind}: {len(people)} people; same {_range(same)}, different {_range(other)}{claim}")
    for limit in sorted({0.3, 0.36, SAME_FACE_MAX, 0.48, 0.54, 0.6}):
        wrong, missed = sum(d <= limit for d in other), sum(d > limit for d in same)
        out(
            f"  threshold {limit:.2f}: taken for another {wrong} of {len(other)}, not recognised {missed} of {len(same)}"
        )


def _range(distances: Sequence[float]) -> str:
    return f"{min(distances):.2f} to {max(distances):.2f}" if distances else "none"


# --- attempts over the API -------------------------------------------------------------------------------------------


def attempts(count: int, seed: int) -> int:
    """Somebody else at the customer's session, over HTTP; returns how many got to level 3."""
    rng, specimens = random.Random(seed), Specimens(load_stories())
    customers = [story.id for story in load_stories().customers]
    reached, kinds = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        app = build(load({"SKYTELLER_DATA": folder, "SKYTELLER_LLM": "off"}), llm=NoModel())
        with TestClient(app.api) as client:
            before = {customer: _honest(client, customer, specimens) for customer in customers}
            out(f"attempts: honest visits at level {LEVEL} {sum(map(bool, before.values()))} of {len(before)}")
            for i in range(count):
                victim, thief = rng.sample(customers, 2)
                kind = ("document", "face", "replay", "skip")[i % 4]
                client.post("/api/v1/sandbox/reset", json={"customer": victim})
                level = _attempt(_Visit(client, victim), kind, victim, thief, specimens, before[victim])
                reached += level >= LEVEL
                kinds[kind] += 1
                if i % 10 == 9:
                    out(f"attempts: at level {LEVEL} {reached} of {i + 1} {dict(kinds)}")
        app.db.close()
    out(f"attempts: at level {LEVEL} {reached} of {count} {dict(kinds)}")
    return reached


class _Visit:
    def __init__(self, client: TestClient, customer: str) -> None:
        self.client = client
        opened = client.post("/api/v1/sessions", json={"customer": customer, "channel": "api", "device": "new"}).json()
        self.id, self._head = opened["session_id"], {"Authorization": f"Bearer {opened['token']}"}
        self.cards: list[dict[str, Any]] = []

    def say(self, body: dict[str, Any]) -> None:
        answer = self.client.post(f"/api/v1/sessions/{self.id}/turns", json=body, headers=self._head)
        self.cards = answer.json().get("reply", {}).get("cards", []) if answer.status_code == 200 else self.cards

    def press(self, kind: str, value: Any) -> None:
        self.say({"input": {"type": kind, "value": value}})

    def card(self, kind: str) -> dict[str, Any] | None:
        return next((card for card in self.cards if card["type"] == kind), None)

    def level(self) -> int:
        return int(self.client.get(f"/api/v1/sandbox/sessions/{self.id}").json()["level"])


def _at_the_document(visit: _Visit) -> None:
    visit.say({"text": "我要改手机号"})
    visit.say({"text": "10000009999"})
    if (consent := visit.card("consent")) is not None:
        visit.press("consent", {"id": consent["id"], "given": True})
    if visit.card("document") is None:
        raise RuntimeError(f"the document was not asked for: {[card['type'] for card in visit.cards]}")


def _honest(client: TestClient, customer: str, specimens: Specimens) -> list[str]:
    """The frames with which the customer got to level 3; none if they did not."""
    client.post("/api/v1/sandbox/reset", json={"customer": customer})
    visit = _Visit(client, customer)
    _at_the_document(visit)
    visit.press("document", _documents(specimens, customer))
    face = visit.card("face")
    if face is None:
        return []
    client.post("/api/v1/sandbox/clock", json={"advance_s": 8})
    frames = _sent(specimens.face(customer, face["challenge"]))
    visit.press("face", {"challenge": face["challenge"], "frames": frames})
    return frames if visit.level() >= LEVEL else []


def _documents(specimens: Specimens, owner: str) -> dict[str, str]:
    return {side: base64.b64encode(data).decode() for side, data in specimens.document(owner).items()}


def _attempt(visit: _Visit, kind: str, victim: str, thief: str, specimens: Specimens, last_time: list[str]) -> int:
    _at_the_document(visit)
    if kind == "skip":
        visit.press("face", {"challenge": "chl_guess", "frames": _sent(specimens.face(victim, "chl_guess"))})
        return visit.level()
    visit.press("document", _documents(specimens, thief if kind == "document" else victim))
    if (face := visit.card("face")) is not None:
        visit.client.post("/api/v1/sandbox/clock", json={"advance_s": 8})
        frames = last_time if kind == "replay" else _sent(specimens.face(thief, face["challenge"]))
        visit.press("face", {"challenge": face["challenge"], "frames": frames})
    return visit.level()


def _sent(frames: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(frame).decode() for frame in frames]


if __name__ == "__main__":
    sys.exit(main())
