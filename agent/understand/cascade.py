"""The cascade: exact forms, then examples, then the language model where they doubt, then a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.commands import (
    AskKnowledge,
    Cancel,
    Chitchat,
    Clarify,
    Command,
    Correct,
    Deny,
    Handoff,
    OutOfScope,
    Repeat,
    StartService,
)
from agent.understand import awaited, corrections, guards, lately, universal
from agent.understand.assent import answer
from agent.understand.chooser import Chooser, combined
from agent.understand.classifier import Classifier, Scored
from agent.understand.contrast import contrast
from agent.understand.each import each, each_asked
from agent.understand.labels import (
    CHITCHAT,
    HANDOFF,
    KNOWLEDGE,
    OUT_OF_SCOPE,
    REPLIES,
    URGENT_FIRST,
    actions,
    command,
    reads,
    services,
)
from agent.understand.mood import mood
from agent.understand.port import Hearing
from agent.understand.shared import is_shared
from agent.understand.slots import params_of, service_slots
from agent.understand.split import Clause, cut
from agent.understand.stolen import is_spent, stolen
from agent.understand.text import clean, is_chinese, is_wordless
from agent.understand.told import in_own_words
from agent.understand.tool_caller import ToolCaller
from agent.understand.within import HANDOFF_MIN, SURE, inside

CLAUSES_MAX = 6
CANDIDATES_MAX = 4
OPTIONS_MAX = 3
FRAUD_UNTOLD_MIN = 0.97  # money that is missing is a mistake of a shop more often than a fraud
URGENT_ENOUGH = 0.65  # a lost card that is asked back costs money; a start alone changes nothing
CLAUSE_MIN = 0.6
CANCEL_MIN = 0.6  # what is under way is not broken off on a guess; plain words are caught before this
DISTRESS, DISTRESS_MIN = "chitchat.distress", 0.45  # it opens a case; unmistakable words are caught before this
MEANT_SHARE = 0.7
MISLED_MIN = 0.5
TALK_MIN, TALK_SURE = 0.03, 0.9
_THIS_ONE, _SOME_NOUN = re.compile(r"[这那]张"), re.compile(r"卡|户")
_NEW_CARD = re.compile(r"新|刚(?:收|拿|寄|办)|收到|\bnew\b|\bjust (?:got|received|came)\b|arrived", re.I)
PAYEE_ZH, PAYEE_EN = "王芳", "Wang Fang"
HANDOFF_IN_DOUBT = 0.12  # being handed over needlessly costs a customer less than not being heard
LIMITS = ("limit.raise", "limit.lower")
FRAUD, FRAUD_OR = "fraud.report", ("fraud.report", "complaint.create", "card.lock")
THREATENED = (FRAUD, "complaint.create")  # "if I don't pay they ..." supposes nothing
BESIDE_FRAUD = (
    KNOWLEDGE,
    OUT_OF_SCOPE,
    "account.unfreeze_appeal",
    "transfer.set_delay",
    "limit.lower",
    "complaint.create",
    "complaint.status",
)


@dataclass(frozen=True)
class Reading:
    """What the examples say of one stretch of text, after negation, guards and the model's vote."""

    text: str
    scored: Scored
    by: str = "examples"


class Cascade:
    """Understanding of one utterance at a time; holds no conversation. Thread-safe.

    ``chooser`` is asked only where the examples doubt; ``caller``, if given, decides instead of the examples wherever the
    exact stage found nothing (for a strong endpoint set by the operator).
    """

    def __init__(
        self, classifier: Classifier, *, chooser: Chooser | None = None, caller: ToolCaller | None = None
    ) -> None:
        self._classifier, self._chooser, self._caller = classifier, chooser, caller
        self._limits = classifier.calibration

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        """Commands in the order of doing; see :class:`agent.understand.port.Understanding`."""
        text = clean(said)
        if is_wordless(text):
            return [Repeat() if hearing.pending != "nothing" and "?" in text else OutOfScope()]
        commands = self._exact(text, hearing) or self._read(text, hearing)
        if isinstance(commands[0], Clarify) and commands[0].options == [hearing.service]:
            return [Repeat(by="examples", confidence=commands[0].confidence)]  # more of what is under way
        return in_own_words(each(commands, text, hearing), text, said)

    def _exact(self, text: str, hearing: Hearing) -> list[Command] | None:
        if universal.asks_for_person(text):
            return [Handoff()]
        if (over := lately.ended(text, hearing)) is not None:
            return [over]
        if universal.cancels(text) or (hearing.service is not None and corrections.takes_back(text)):
            return [Cancel()]
        if hearing.service == "card.report_loss" and corrections.is_found(text):
            return [Cancel()]
        if awaited.is_code_again(text, hearing):
            return [Repeat()]
        asked = awaited.is_question(text) and not corrections.marks_correction(text)  # "等等，6688余额多少"
        if hearing.pending == "confirm" and answer(text) == "hold" and not asked:
            slots = corrections.corrected(text, hearing)
            if slots:  # "wait, make it six hundred"
                return [Correct(slots=slots)]
        several = each_asked(text, hearing) or awaited.of_offered(text, hearing)
        if several is not None:
            return several
        if awaited.asks_cost(text, hearing):
            return [AskKnowledge(query=text)]
        if (rest := awaited.after_wait(text, hearing)) is not None:
            answered = self.understand(rest, hearing)
            return answered if isinstance(answered[0], AskKnowledge) or _service(answered[0]) in reads() else [Deny()]
        if (same := awaited.tail_again(text, hearing)) is not None:
            return [same]
        found = awaited.reply(text, hearing)
        if found is not None:
            return [found]
        if universal.asks_again(text):
            return [Repeat()]
        if lately.is_at_a_loss(text):
            return [AskKnowledge(query=text) if hearing.service is None else Repeat()]
        if hearing.service is not None and (quick := awaited.value(text, hearing)) is not None:
            return [quick]
        if hearing.pending == "nothing" and hearing.service is None and answer(text) == "no":
            return [command("deny", text, {}, by="exact", confidence=1.0)]
        if hearing.pending == "nothing" and hearing.service is None and awaited.is_number(text):
            return [Chitchat(topic="other")]
        if hearing.last_service is not None and hearing.service is None and lately.asks_what_next(text):
            return [AskKnowledge(query=text)]
        if (
            hearing.last_service is not None
            and hearing.service is None
            and (again := lately.again(text, hearing)) is not None
        ):
            return [again]
        return None

    def _read(self, text: str, hearing: Hearing) -> list[Command]:
        clauses = cut(text)[:CLAUSES_MAX]
        pair = contrast(text)
        if pair is not None or not (
            any(c.joined for c in clauses[1:]) or (clauses and universal.cancels(clauses[0].text))
        ):
            clauses = clauses[:1]  # one wish: its clauses need no reading of their own, which is what takes the time
        texts = [text, *([c.text for c in clauses] if len(clauses) > 1 else [])]
        scores = self._classifier.score([plain(text, hearing) for text in texts])
        whole = scores[0] if pair is None else self._contrasted(scores[0], pair, hearing)
        talk = whole.label in BESIDE_FRAUD and whole.probability >= self._limits.act
        several = self._several(clauses, scores[-len(clauses) :], hearing) if len(clauses) > 1 else None
        if universal.is_coached(text) and not talk and hearing.service != FRAUD:
            slots = service_slots(FRAUD, text, hearing)
            told = StartService(service=FRAUD, slots=slots, confidence=0.97)
            return in_order([told, *(item for item in several or () if _service(item) in URGENT_FIRST[1:])])
        if self._caller is not None and hearing.pending in ("nothing", "rating"):
            called = self._caller.commands(text, hearing)
            if called:
                return in_order(called)
        if (card_and_money := stolen(text, whole, hearing)) is not None:
            return [*card_and_money, *(item for item in several or () if _service(item) not in (None, *URGENT_FIRST))]
        if (story := lately.story(text, whole, hearing, self._limits.act)) is not None:
            return [story]
        if hearing.service is not None and (meant := inside(text, hearing, whole, self._limits)) is not None:
            return [meant]
        return several if several is not None else [self._decide(text, whole, hearing)]

    def _contrasted(self, whole: Scored, pair: tuple[str, str], hearing: Hearing) -> Scored:
        """Where the whole sounds like what is denied, what is meant counts most; where it is no clear wish, what is meant
        counts alone if that is one ("说错了，不是锁卡，是挂失3021")."""
        if whole.trusted >= SURE and whole.label != "correct":
            return whole
        denied, meant = self._classifier.score([plain(text, hearing) for text in pair])
        unclear = whole.label == "correct" or not self._enough(whole)
        if unclear and meant.label in services() and meant.label != hearing.service and self._enough(meant):
            return meant
        misled = denied.label == whole.label and meant.label != whole.label and denied.probability >= MISLED_MIN
        return _blend(whole, meant, self._limits.act) if misled else whole

    def _several(self, clauses: list[Clause], scores: list[Scored], hearing: Hearing) -> list[Command] | None:
        """One command a wish, if every wish is clear; None where the utterance is better taken as one."""
        if (
            universal.cancels(clauses[0].text)
            and scores[-1].label in services()
            and scores[-1].probability >= self._limits.act
        ):
            rest = "，".join(c.text for c in clauses[1:])
            stop: list[Command] = [Cancel()] if hearing.service is not None else []
            return [*stop, self._decide(rest, self._classifier.score([plain(rest, hearing)])[0], hearing)]
        groups: list[tuple[str, list[str], float]] = []
        for clause, scored in zip(clauses, scores, strict=True):
            wish = (
                scored.label in services()
                and not guards.is_about(clause.text)
                and not guards.is_background(clause.text)
            )
            sure = wish and (self._enough(scored) if scored.label in actions() else scored.probability >= CLAUSE_MIN)
            if not sure:
                if clause.joined and wish and scored.probability > 0.3:
                    return None
                if groups:
                    groups[-1][1].append(clause.text)
                continue
            of_its_kind = next((group for group in reversed(groups) if group[0] == scored.label), None)
            told = params_of(scored.label).get("about") == "text"  # one report holds all of the story
            again = clause.joined and scored.label == "transfer.create"
            if of_its_kind is not None and (told or (of_its_kind is groups[-1] and not again)):
                of_its_kind[1].append(clause.text)
            elif not groups or clause.joined:
                groups.append((scored.label, [clause.text], scored.probability))
            else:
                groups[-1][1].append(clause.text)
        if len(groups) < 2:
            return None
        wishes: list[Command] = [
            StartService(
                service=label, slots=service_slots(label, "，".join(texts), hearing), by="examples", confidence=p
            )
            for label, texts, p in groups
        ]
        return in_order(wishes, by_card=is_spent("，".join(c.text for c in clauses)))

    def _decide(self, text: str, scored: Scored, hearing: Hearing) -> Command:
        """One label for the whole, asked of the model where the examples doubt, or a question to the customer."""
        by: str = "examples"
        if guards.is_by_myself(text):
            scored = Scored(tuple(item for item in scored.ranked if item[0] != HANDOFF))
        if scored.label in services() and guards.is_not_ours(scored.label, text):
            return OutOfScope(by="examples", confidence=max(scored.of(OUT_OF_SCOPE), 1 - scored.probability))
        if scored.label == KNOWLEDGE and (back := lately.back(text, hearing)) is not None:
            return back
        talk = guards.is_about(text) and scored.of(KNOWLEDGE) > TALK_MIN and scored.probability < TALK_SURE
        if scored.label in services() and (guards.is_others_wish(text) or guards.is_others_thing(text)):
            return AskKnowledge(query=text, by="examples", confidence=max(scored.of(KNOWLEDGE), 1 - scored.probability))
        plainly = scored.label not in URGENT_FIRST and guards.asks_plainly(text)
        if scored.label in actions() and (talk or plainly):
            return AskKnowledge(query=text, by="examples", confidence=max(scored.of(KNOWLEDGE), 1 - scored.probability))
        if scored.label in actions() and (unwished := self._unwished(text, scored)) is not None:
            return unwished
        if not self._enough(scored) and self._chooser is not None:
            voted = combined(self._chooser, text, scored, self._limits.vote, CANDIDATES_MAX)
            if voted is not None:
                scored, by = voted, "model"
        if scored.label in LIMITS and (moved := guards.limit_from_to(text)) is not None:
            scored = Scored(((moved, max(scored.probability, SURE)),))
        label, probability = scored.ranked[0]
        if scored.of(HANDOFF) >= (HANDOFF_MIN if self._enough(scored) else HANDOFF_IN_DOUBT):
            return Handoff(by="model" if by == "model" else "examples", confidence=scored.of(HANDOFF))
        kin = lately.is_out_of_list(scored.label, hearing)
        if not self._enough(scored) and not (kin and scored.trusted >= URGENT_ENOUGH):
            return self._ask(text, scored)
        if label == FRAUD and scored.trusted < FRAUD_UNTOLD_MIN and not guards.tells_of_crime(text):
            return Clarify(options=list(FRAUD_OR), by="examples", confidence=probability)
        slots = service_slots(label, text, hearing) if label in services() else {}
        at_a_loss = label == KNOWLEDGE and lately.ends_at_a_loss(text)
        if (label == DISTRESS or at_a_loss) and guards.is_money_gone(text):
            return Clarify(options=list(FRAUD_OR), by="examples", confidence=probability)
        if label == "cancel" and hearing.service is not None and probability < CANCEL_MIN:
            return Repeat(by="examples", confidence=probability)
        if hearing.pending != "nothing" and label in ("confirm", "deny"):
            # a yes that the exact stage did not take for one is asked for again, never acted on
            return (
                Deny(by="examples", confidence=probability)
                if label == "deny"
                else Repeat(by="examples", confidence=probability)
            )
        if label == "card.activate" and hearing.dormant and not _NEW_CARD.search(text):
            label = "account.activate_dormant"  # what sleeps is woken
            slots = service_slots(label, text, hearing)
        if label == "correct":
            if hearing.service is None:
                if (wish := self._mended(text, hearing)) is not None:
                    return wish
                return command("confirm", text, {}, by="examples", confidence=probability)
            slots = corrections.corrected(text, hearing)
        return command(label, text, slots, by="model" if by == "model" else "examples", confidence=probability)

    def _mended(self, text: str, hearing: Hearing) -> Command | None:
        """The wish that stands before what puts it right, with what was said last; None where none does."""
        head, tail = corrections.parted(text)
        if not head or not tail:
            return None
        wish = self._decide(head, self._classifier.score([plain(head, hearing)])[0], hearing)
        if not isinstance(wish, StartService):
            return None
        return wish.model_copy(update={"slots": corrections.mended(head, tail, wish.service, hearing)})

    def _unwished(self, text: str, scored: Scored) -> Command | None:
        """What is no wish starts nothing: what is told as done or supposed is a question, and of the rest it is asked what is
        wanted; None where it is a wish for all the grammar says."""
        match mood(text, scored.label):
            case "open" if is_chinese(text) and is_shared(text, scored.label):
                return Clarify(options=[scored.label], by="examples", confidence=scored.probability)
            case "open":
                return None
            case "supposed" if scored.label in THREATENED:
                return None
            case "supposed" | "told":
                sure = max(scored.of(KNOWLEDGE), 1 - scored.probability)
                return AskKnowledge(query=text, by="examples", confidence=sure)
            case _:
                return Clarify(options=[scored.label, KNOWLEDGE], by="examples", confidence=scored.probability)

    def _enough(self, scored: Scored) -> bool:
        label, probability = scored.ranked[0]
        if label in actions():
            return scored.trusted >= min(self._limits.act, URGENT_ENOUGH if label in URGENT_FIRST else 1.0)
        if label == DISTRESS:
            return probability >= DISTRESS_MIN
        return probability >= (self._limits.read if label in services() else self._limits.other)

    def _ask(self, text: str, scored: Scored) -> Command:
        options = [
            label
            for label, p in scored.ranked[:6]
            if p >= self._limits.doubt and (label in services() or label == KNOWLEDGE)
        ]
        if not options or (
            scored.label in (OUT_OF_SCOPE, *CHITCHAT, *REPLIES) and scored.of(options[0]) < self._limits.doubt * 2
        ):
            return OutOfScope(by="examples", confidence=scored.of(OUT_OF_SCOPE))
        if options == [KNOWLEDGE]:
            return AskKnowledge(query=text, by="examples", confidence=scored.of(KNOWLEDGE))
        return Clarify(options=options[:OPTIONS_MAX], by="examples", confidence=scored.probability)


def in_order(commands: list[Command], *, by_card: bool = False) -> list[Command]:
    """Urgent services first, the rest as said; money that leaves ``by_card`` is kept by stopping the card before all else."""
    urgent = sorted(URGENT_FIRST, key=lambda service: not service.startswith("card.")) if by_card else URGENT_FIRST

    rank = {service: at for at, service in enumerate(urgent)}
    return sorted(commands, key=lambda item: rank.get(_service(item) or "", len(rank)))


def _service(item: Command) -> str | None:
    return item.service if isinstance(item, StartService) else None


def plain(text: str, hearing: Hearing) -> str:
    """The words without what is this customer's alone: names and tails stand as the examples have them."""
    for name in sorted(hearing.payees, key=len, reverse=True):
        text = re.sub(re.escape(name), PAYEE_ZH if hearing.locale == "zh-CN" else PAYEE_EN, text, flags=re.I)
        if name.isascii():
            text = re.sub(rf"\b(?:{'|'.join(map(re.escape, name.split()))})\b", PAYEE_EN, text, count=1, flags=re.I)
    for tail in dict.fromkeys((*hearing.cards, *hearing.accounts)):
        text = re.sub(rf"(?:尾号(?:是|为)?)?{tail}(?:的)?(?=这|那)", "", text)
        text = re.sub(
            rf"(?:尾号(?:是|为)?)?(?<![\d.]){tail}(?![\d.元块])", "这张" if is_chinese(text) else "my card", text
        )
    return text if _SOME_NOUN.search(text) else _THIS_ONE.sub(r"\g<0>卡", text)


def _blend(whole: Scored, meant: Scored, sure: float) -> Scored:
    """Where "not this but that" was said, what follows the but counts most, and alone where it is clear."""
    if meant.label in services() and meant.probability >= sure:
        return meant
    before, after = dict(whole.ranked), dict(meant.ranked)
    mixed = {
        label: MEANT_SHARE * after.get(label, 0.0) + (1 - MEANT_SHARE) * before.get(label, 0.0)
        for label in before | after
    }
    ranked = tuple(sorted(mixed.items(), key=lambda item: -item[1]))
    trusts = [s.trusted for s in (whole, meant) if s.label == ranked[0][0]]
    return Scored(ranked, trust=sum(trusts) / 2 if trusts and whole.trust is not None else None)
