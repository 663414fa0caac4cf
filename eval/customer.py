"""A simulated customer: knows what it wants, answers what it is asked, and says it differently each time.

Deterministic: case, trial and seed decide every word. It sees only what a customer sees (the Turn, the phone) and what
an attentive one would have understood (the quiz's answer). Where it does not know what to answer it raises
:class:`Lost`, and the failure is counted as the simulator's, not the system's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.case import Case, Goal, Step
from eval.contract import Json, last_card, places

REPHRASE_MAX = 1
SAME_MAX = 3
ASKS = "ask_knowledge"  # the choice of those who only want to know
_ORDINALS_EN = ("first", "second", "third", "fourth", "fifth", "sixth")
_ASKED = {
    "amount": re.compile(r"多少|金额|how much|amount", re.IGNORECASE),
    "payee": re.compile(r"谁|收款人|who\b|payee", re.IGNORECASE),
    "from": re.compile(r"从哪|付款|from which|from your", re.IGNORECASE),
    "about": re.compile(r"发生|经过|怎么回事|说说|what happened|own words|money come from", re.IGNORECASE),
    "per_day": re.compile(r"多少|what shall", re.IGNORECASE),
    "phone": re.compile(r"手机号|number", re.IGNORECASE),
    "card": re.compile(r"哪张卡|which card", re.IGNORECASE),
    "account": re.compile(r"哪个账户|which account", re.IGNORECASE),
}
_KINDS = {"card": "tail", "account": "tail", "from": "tail", "payee": "payee", "amount": "amount", "about": "about",
          "per_day": "amount", "phone": "phone"}  # fmt: skip


class Lost(Exception):
    """The simulated customer does not know how to answer: a fault of the simulator or of the case."""


@dataclass(frozen=True)
class Move:
    """What it does next: a turn's ``body``, or (``clock``) waiting some seconds. ``step`` is the case's own, if any."""

    body: Json | None = None
    clock: int = 0
    step: Step | None = None


@dataclass(frozen=True)
class Senses:
    """What it can look at besides the Turn."""

    code: Callable[[], str | None]
    quiz: Callable[[], str | None]


class Customer:
    """One trial of one case. ``notes`` are what an evaluator wants to know: rephrased, wrong_service, mismatch, …"""

    def __init__(self, case: Case, trial: int, seed: int, sets: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._case, self._sets, self.trial = case, sets, trial
        self._random = random.Random(f"{seed}:{case.id}:{trial}")
        order = list(self._words(case.say))
        random.Random(f"{seed}:{case.id}").shuffle(order)  # the same order for all trials: each has another wording
        self._openings = [*order[trial % len(order) :], *order[: trial % len(order)]]
        self._steps = list(case.steps)
        self._goals = list(case.goal)
        self._voiced: dict[str, Sequence[str]] = {}  # how a wish that came later was put
        self._quiz_wrong, self._otp_wrong = case.behaviour.quiz_wrong, case.behaviour.otp_wrong
        self._confirms: list[str] = []
        self._seen: dict[str, int] = {}
        self._rephrased = self._corrected = 0
        self._asked = self._rated = self._leaving = False
        self.notes: list[str] = []

    def begin(self) -> Move:
        """The first words."""
        return Move({"text": self._openings[0]})

    def reply(self, turn: Json, senses: Senses) -> Move | None:
        """What it says or does now; None when it leaves, content or not.

        Raises:
            Lost
        """
        self.see(turn)
        self._settle(turn)
        if self._steps and self._at(turn, self._steps[0]):
            return self._do(self._steps.pop(0), senses)
        if turn["stage"] == "handoff" or self._leaving:
            return None
        if not self._goals:
            return self._ask(turn) or self._rate(turn)
        if self._stuck(turn):
            return None
        return self._pursue(turn, senses)

    def see(self, turn: Json) -> None:
        """Take a read-back in, without answering."""
        confirm = last_card(turn, "confirm")
        if confirm is not None and confirm["id"] not in self._confirms:
            self._confirms.append(str(confirm["id"]))

    # what happened -------------------------------------------------------------------------------------------------

    def _settle(self, turn: Json) -> None:
        for action in turn["actions"]:
            done = next((goal for goal in self._goals if goal.service == action["service"]), None)
            if done is not None:
                self._goals.remove(done)
        wanted = {goal.service for goal in self._goals}
        if "human.handoff" in wanted and turn["stage"] == "handoff":
            self._goals = [goal for goal in self._goals if goal.service != "human.handoff"]

    def _at(self, turn: Json, step: Step) -> bool:
        here = places(turn)
        if not self._goals:
            here.add("settled")
        return step.at in here

    def _stuck(self, turn: Json) -> bool:
        mark = f"{turn['stage']}:{turn['service']}:{turn['reply']['text']}"
        self._seen[mark] = self._seen.get(mark, 0) + 1
        if self._seen[mark] >= SAME_MAX:
            self.notes.append("gave_up")
            return True
        return False

    # what they do of their own accord --------------------------------------------------------------------------------

    def _do(self, step: Step, senses: Senses) -> Move:
        if step.wants and self._goals:
            first = self._goals[0]
            self._goals[0] = first.model_copy(update={"params": {**first.params, **step.wants}})
        if step.add is not None:
            self._goals.append(step.add)
            self._voiced[step.add.service] = self._words(step.say or [])
        if step.drop:
            self._goals = []
        if step.clock is not None:
            return Move(clock=step.clock, step=step)
        if step.press is not None:
            value = step.press.value
            if isinstance(value, str) and value.startswith("@"):
                value = self._stand_in(value, senses)
            return Move(_button(step.press.type, value), step=step)
        return Move({"text": self._pick(self._words(step.say or []))}, step=step)

    def _stand_in(self, name: str, senses: Senses) -> str:
        code = senses.code() or "000000"
        if name == "@confirm" and self._confirms:
            return self._confirms[-1]
        if name == "@old_confirm" and self._confirms:
            return self._confirms[0]
        if name == "@otp":
            return code
        if name == "@wrong_otp":
            return _other_code(code)
        raise Lost(f"{name}: there is nothing to stand for it yet")

    def _ask(self, turn: Json) -> Move | None:
        """Someone who only asked something says so when it was not clear; once."""
        choices = last_card(turn, "choices")
        if self._case.goal or self._asked or choices is None:
            return None
        self._asked = True
        ids = [str(option["id"]) for option in choices["options"]]
        return self._either(self._nth(ids.index(ASKS)), "choice", ASKS) if ASKS in ids else None

    def _rate(self, turn: Json) -> Move | None:
        rating = self._case.behaviour.rating
        if rating is None or self._rated or turn["stage"] != "follow_up":
            return None
        self._rated = True
        return Move(_button("rating", rating))

    # answering ---------------------------------------------------------------------------------------------------

    def _pursue(self, turn: Json, senses: Senses) -> Move | None:
        service, stage = turn["service"], turn["stage"]
        if (
            service is not None
            and stage not in ("idle", "follow_up")
            and all(g.service != service for g in self._goals)
        ):
            return self._not_this()
        if stage in ("idle", "follow_up"):
            choices = last_card(turn, "choices")
            if choices is not None:
                return self._choose(choices)
            return self._again()
        goal = next(goal for goal in self._goals if goal.service == service)
        match stage:
            case "identity":
                return self._prove(turn, senses)
            case "educate":
                return self._learn(turn, senses)
            case "confirm":
                return self._decide(turn, goal)
            case "collect":
                return self._fill(turn, goal)
        raise Lost(f"stage {stage} asks for nothing a customer could answer")

    def _not_this(self) -> Move | None:
        self.notes.append("wrong_service")
        if self._rephrased > REPHRASE_MAX:
            return None
        return Move({"text": self._set("wrong_service")})

    def _again(self) -> Move | None:
        self.notes.append("rephrased")
        self._rephrased += 1
        if self._rephrased > REPHRASE_MAX:
            self.notes.append("gave_up")
            return None
        words = self._voiced.get(self._goals[0].service)
        return Move({"text": self._pick(words) if words else self._openings[1 % len(self._openings)]})

    def _prove(self, turn: Json, senses: Senses) -> Move:
        if (consent := last_card(turn, "consent")) is not None:
            given = self._case.behaviour.consent
            words = self._set("consent" if given else "refuse_consent")
            return self._either(words, "consent", {"id": consent["id"], "given": given})
        if last_card(turn, "document") is not None:
            return Move(_button("document", "specimen"))
        if last_card(turn, "face") is not None:
            return Move(_button("face", "specimen"))
        code = senses.code()
        if code is None and last_card(turn, "otp") is None:
            return Move({"text": self._set("repeat")})  # something else was said in between
        if code is None:
            raise Lost("asked for a code, but the phone has none")
        if self._otp_wrong > 0:
            self._otp_wrong -= 1
            code = _other_code(code)
        return self._either(self._set("otp", code=code), "otp", code)

    def _learn(self, turn: Json, senses: Senses) -> Move:
        quiz = last_card(turn, "quiz")
        if quiz is None:
            return self._either(self._set("acknowledge"), "acknowledge")
        right = senses.quiz()
        ids = [str(option["id"]) for option in quiz["options"]]
        if right not in ids:
            raise Lost("the sandbox does not say which answer is right")
        chosen = right
        if self._quiz_wrong > 0:
            self._quiz_wrong -= 1
            chosen = self._random.choice([i for i in ids if i != right])
        return self._either(self._nth(ids.index(chosen)), "quiz", chosen)

    def _decide(self, turn: Json, goal: Goal) -> Move | None:
        card = last_card(turn, "confirm")
        if card is None and (choices := last_card(turn, "choices")) is not None:
            return self._choose(choices)
        if card is None:
            return Move({"text": self._set("yes")}) if self._confirms else None
        shown = {str(row["name"]): str(row["value"]) for row in card["params"]}
        wrong = [
            name for name, value in goal.params.items()
            if name in shown and name not in ("transfer", "about", "purpose") and shown[name] != value
        ]  # fmt: skip
        if not wrong:
            return self._either(self._set("yes"), "confirm", card["id"])
        self.notes.append(f"mismatch:{wrong[0]}")
        self._corrected += 1
        self._seen.clear()  # what comes again for another value is no standstill
        if self._corrected > 2:
            self._leaving = True
            return Move({"text": self._set("cancel")})
        return Move({"text": self._set("correct", value=goal.params[wrong[0]])})

    def _fill(self, turn: Json, goal: Goal) -> Move:
        choices = last_card(turn, "choices")
        if choices is not None:
            return self._choose(choices, goal)
        text = turn["reply"]["text"]
        known = {**goal.params, **goal.answers}
        asked = [name for name, pattern in _ASKED.items() if name in known and pattern.search(text[-60:])]
        if not asked and self._confirms and "amount" in goal.params:  # asked what is wrong with a read-back
            return Move({"text": self._set("correct", value=goal.params["amount"])})
        if not asked:
            raise Lost(f"does not know what is asked: {text[-60:]}")
        return Move({"text": self._set(_KINDS[asked[0]], **{_KINDS[asked[0]]: known[asked[0]]})})

    def _choose(self, card: Json, goal: Goal | None = None) -> Move:
        options = {str(option["id"]): str(option["label"]) for option in card["options"]}
        if goal is None:
            values = [goal.service for goal in self._goals]
        else:
            values = [*goal.params.values(), *goal.answers.values()]
        right = [i for i in options if i in values] or [
            i for i, label in options.items() for v in values if v.startswith("@") and v[1:] in label
        ]
        if not right:
            if goal is None and "none" in options:
                return self._either(options["none"], "choice", "none")
            raise Lost(f"none of the choices {list(options)} is among what it knows")
        chosen = right[0]
        if chosen.isdigit():
            words = self._set("tail", tail=chosen)
        else:
            position = list(options).index(chosen)
            words = self._random.choice([self._set("option", label=options[chosen]), self._nth(position)])
        return self._either(words, "choice", chosen)

    # words -----------------------------------------------------------------------------------------------------------

    def _nth(self, index: int) -> str:
        if self._case.locale == "en":
            return self._set("nth", n=_ORDINALS_EN[index], d=str(index + 1))
        return self._set("nth", n="一二三四五六"[index], d=str(index + 1))

    def _either(self, words: str, kind: str, value: Any = None) -> Move:
        """By word or by button, as this customer likes."""
        manner = self._case.behaviour.manner
        if manner == "words" or (manner == "mixed" and self._random.random() < 0.5):
            return Move({"text": words})
        return Move(_button(kind, value))

    def _set(self, name: str, **values: str) -> str:
        return self._pick(self._words([f"${name}"])).format_map(values)

    def _words(self, say: Sequence[str]) -> Sequence[str]:
        return self._sets[say[0][1:]][self._case.locale] if say and say[0].startswith("$") else say

    def _pick(self, wordings: Sequence[str]) -> str:
        return wordings[self._random.randrange(len(wordings))]


def _button(kind: str, value: Any = None) -> Json:
    return {"input": {"type": kind} if value is None else {"type": kind, "value": value}}


def _other_code(code: str) -> str:
    return f"{(int(code) + 111_111) % 1_000_000:06d}"
