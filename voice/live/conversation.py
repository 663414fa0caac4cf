"""One customer's conversation by voice. It outlives its socket, so that after a loss of the network it goes on where it stood."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from voice.hearing.port import Hints
from voice.live import words
from voice.live.ahead import make_ahead
from voice.live.engines import Engines
from voice.live.keeping import Keeping
from voice.live.limits import Limits
from voice.live.mouth import Mouth
from voice.live.outlet import Outlet
from voice.live.reply import Sentence, Timings
from voice.sound import Sound
from voice.speaking.port import Locale
from voice.turns import OnSpeech, Recorder, TurnPort

log = logging.getLogger(__name__)
By = Literal["voice", "text", "tap", "silence", "opening"]
Turn = Mapping[str, Any]
Problem = Callable[[Exception, Locale], Mapping[str, Any]]  # an error as a problem document
FOREIGN_ANSWERED_MAX = (
    3  # utterances in a row that are no business of a bank and are answered aloud; at the third a person is offered
)
LOOKS = ("document", "face")  # cards that keep the customer busy with a camera


@dataclass(frozen=True)
class Customer:
    """An open session as the caller has authenticated it; ``last`` is its last turn."""

    session_id: str
    locale: Locale
    elder: bool
    port: TurnPort
    last: Turn
    recorder: Recorder | None = None


class Conversation:
    """What was said and heard, whose turn it is, and the one turn that is being taken. Lives in the event loop."""

    def __init__(self, customer: Customer, engines: Engines, limits: Limits, problem: Problem) -> None:
        self.customer, self._engines, self._limits, self._problem = customer, engines, limits, problem
        self._outlet: Outlet | None = None
        self.mouth = Mouth(
            engines, limits, customer.locale, elder=customer.elder, send=self.send, on_over=self._reply_over
        )
        self.last: Turn = customer.last
        self.keeping = Keeping(customer.recorder, engines.deciding)
        self.hints = Hints(customer.locale)
        self.begun = False  # somebody has talked here by voice
        self.heard_out = True  # of the last reply, when the customer began to speak
        self._state = ""
        self._turns = asyncio.Lock()
        self._taking = 0
        self._hearing = False
        self._asked_in_silence = False
        self._foreign = 0  # utterances in a row that were out of scope
        self._silence: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # the socket ---------------------------------------------------------------------------------------------------

    def attach(self, outlet: Outlet) -> None:
        """Messages go to this client now."""
        self._outlet, self._state = outlet, ""
        self._engines.talking.add(self)

    def detach(self, outlet: Outlet) -> None:
        """The client is gone; a turn that is being taken goes on."""
        if self._outlet is outlet:
            self._outlet = None
            self._engines.talking.discard(self)
            self.mouth.detach()
            self._stop_waiting()

    def send(self, message: Mapping[str, Any] | bytes) -> None:
        """To the client, if there is one."""
        if self._outlet is not None:
            self._outlet.put(message)

    def open(self, *, say: bool) -> None:
        """Begin: what stands last is said (the greeting, or the question that is open)."""
        self.begun = True
        self.send(self._turn_message(self.last, "opening", None))
        if say:
            reply = self.mouth.begin()
            speech = self.last["reply"]["speech"]
            reply.sentences.put_nowait(Sentence(0, self.last["reply"]["text"], speech))
            reply.sentences.put_nowait(None)
            reply.turn_id = self.last["turn_id"]
            reply.released.set()
            self._in_background(self._make_ahead())
        self.show()

    def resume(self) -> None:
        """The network is back: cards again, and what was not heard is said again."""
        if not self._taking:
            self.send(self._turn_message(self.last, "opening", None))
        self._hearing = False
        self.mouth.resume()
        self.show()

    def close(self) -> None:
        """Forget everything; nothing of it is kept."""
        self._stop_waiting()
        self._engines.talking.discard(self)
        self.mouth.close()
        for task in self._tasks:
            task.cancel()

    def answer_keeping(self, *, agreed: bool) -> None:
        """Whether what the customer says may be kept."""

        async def answer() -> None:
            told = await self.keeping.answer(agreed)
            if told is not None:
                self.send(told)

        self._in_background(answer())

    def keep(self, sound: Sound | None) -> None:
        """An utterance that was taken, where the customer agreed."""
        self._in_background(self.keeping.keep(sound, self.hints.awaited))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # the customer speaks ------------------------------------------------------------------------------------------

    def voice_began(self) -> None:
        """Somebody makes a sound: was the reply heard by then? In line with it, she falls silent or listens."""
        if not self._hearing:
            self.heard_out = not self._taking and self.mouth.heard_out
            self._hearing = True
        self._stop_waiting()

    def voice_over(self) -> None:
        """Nobody speaks, and what was said is dealt with."""
        self._hearing = False
        self.show()

    @property
    def busy(self) -> bool:
        """Whether she speaks or is about to, so that a sound may be an interruption, or only a cough."""
        return self._taking > 0 or (self.mouth.speaking and not self.mouth.heard_out)

    def listening(self) -> None:
        """It is the customer who speaks now."""
        if not self.heard_out:
            self.mouth.break_off()
            self._engines.figures.sounded("interruption")
        self._show("listening")

    # turns --------------------------------------------------------------------------------------------------------

    def take(
        self,
        request: Mapping[str, Any],
        by: By,
        *,
        utterance: int | None = None,
        confidence: float | None = None,
        key: str | None = None,
        timings: Timings | None = None,
    ) -> None:
        """Begin a turn; turns are taken one after the other."""
        heard_out = by != "voice" or self.heard_out
        self._hearing, self._asked_in_silence = False, by == "silence"
        self._stop_waiting()

        def work(on_speech: OnSpeech) -> Turn:
            return self.customer.port.take(
                request, heard_out=heard_out, confidence=confidence, on_speech=on_speech, key=key
            )

        self._in_background(self._take(work, by, utterance, timings))

    async def take_in_writing(self, request: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        """A turn for the eyes alone, while there is no room for a voice yet; the message that answers it."""

        async def work() -> dict[str, Any]:
            async with self._turns:
                try:
                    self.last = await asyncio.get_running_loop().run_in_executor(
                        self._engines.deciding, lambda: self.customer.port.take(request, heard_out=True, key=key)
                    )
                except Exception as error:
                    return {"type": "problem", "problem": self._problem(error, self.customer.locale), "fatal": False}
            return self._turn_message(self.last, "tap" if "input" in request else "text", None)

        return await asyncio.shield(asyncio.create_task(work()))

    def notice(self, code: str) -> None:
        """Tell, for eyes and ears, what the customer should know; a reply that is being said is not broken by it."""
        text = words.said(code, self.customer.locale)
        self.send({"type": "notice", "code": code, "text": text, "speech": text})
        if not self.busy:
            self._say(text)

    def not_made_out(self) -> None:
        """Tell that what was said could not be made out; a code can be typed."""
        self.notice("code-not-understood" if self.hints.awaited == "otp" else "not-understood")

    def show(self) -> None:
        """Tell the client whose turn it is."""
        self._stop_waiting()
        if self._taking:
            self._show("thinking")
        elif self.mouth.speaking:
            self._show("speaking")
        elif self._hearing:
            self._show("listening")
        else:
            self._show("waiting")
            self._wait_for_customer()

    async def _take(
        self, work: Callable[[OnSpeech], Turn], by: By, utterance: int | None, timings: Timings | None
    ) -> None:
        loop = asyncio.get_running_loop()
        self._taking += 1
        self.show()
        try:
            async with self._turns:
                if not self.mouth.heard_out:
                    self.mouth.break_off()
                reply = self.mouth.begin(timings)

                def on_speech(number: int, text: str, speech: str) -> None:
                    loop.call_soon_threadsafe(reply.sentences.put_nowait, Sentence(number, text, speech))

                turn = await loop.run_in_executor(self._engines.deciding, work, on_speech)
                if timings is not None:
                    timings.mark("decided", loop.time())
                self.last = turn
                self.send(self._turn_message(turn, by, utterance))
                if self._is_chatter(turn, by):
                    reply = self.mouth.begin()  # in writing only: whoever talks there does not talk to her
                reply.sentences.put_nowait(None)
                reply.turn_id = turn["turn_id"]
                reply.released.set()
        except Exception as error:
            self._failed(error)
        else:
            self._in_background(self._make_ahead())
        finally:
            self._taking -= 1
        self.show()

    async def _make_ahead(self) -> None:
        """While she speaks and all of it is made, what her next reply may begin with is made: an answer about the customer's own
        account then sounds at once."""
        await make_ahead(self.customer.port, self._engines, self.mouth, self.customer.locale, elder=self.customer.elder)

    def _is_chatter(self, turn: Turn, by: By) -> bool:
        """Whether this is one more utterance in a row that is none of a bank's business: a television, two people who talk."""
        foreign = by == "voice" and {each.get("command") for each in turn["understood"]} == {"out_of_scope"}
        self._foreign = self._foreign + 1 if foreign else 0
        return self._foreign > FOREIGN_ANSWERED_MAX

    def _failed(self, error: Exception) -> None:
        problem = self._problem(error, self.customer.locale)
        gone = problem.get("status") in (401, 410)
        self.send({"type": "problem", "problem": problem, "fatal": gone})
        self.mouth.break_off()
        if gone and self._outlet is not None:
            self.send({"type": "ended", "why": "session_ended"})
            self._outlet.close(4410)
        elif not gone:
            detail = problem.get("detail") if problem.get("status") == 422 else None
            self._say(detail or words.said("failed", self.customer.locale))

    def _say(self, text: str) -> None:
        """Words of the voice's own."""
        reply = self.mouth.begin()
        reply.sentences.put_nowait(Sentence(0, text, text))
        reply.sentences.put_nowait(None)
        reply.released.set()
        self.show()

    def _turn_message(self, turn: Turn, by: By, utterance: int | None) -> dict[str, Any]:
        return {"type": "turn", "turn": turn, "by": by, "utterance": utterance}

    # whose turn it is ---------------------------------------------------------------------------------------------

    def _reply_over(self) -> None:
        self.show()

    def _show(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.send(
                {
                    "type": "state",
                    "state": state,
                    "stage": self.last.get("stage"),
                    "service": self.last.get("service"),
                }
            )

    def _wait_for_customer(self) -> None:
        """At the customer's turn she asks once after a while, then waits for as long as it takes."""
        self._stop_waiting()
        if self._asked_in_silence or self._outlet is None:
            return
        cards = {card.get("type") for card in self.last["reply"].get("cards", ())}
        seconds = self._limits.camera_silence_seconds if cards.intersection(LOOKS) else self._limits.silence_seconds
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(seconds, self.take, {"input": {"type": "silence"}}, "silence")

    def _stop_waiting(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
