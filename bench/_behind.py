"""The same agent with its tools behind the gate: what it calls is only proposed, and the counter does everything else.

The agent talks with the customer and keeps the conversation in mind. A call of its opens the service at the gate, with the
parameters as it gave them; from there the gate asks, proves, teaches, reads back and executes. What answers the gate (a yes, a
code, a choice) goes to the gate by its exact form, everything else to the agent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool

from agent.commands import Command, Correct, Handoff, OutOfScope, SetSlots, StartService
from agent.llm.port import LanguageModel
from agent.port import OnSentence
from agent.toolbox import service_tools
from agent.turn import Turn, TurnRequest
from agent.understand.cascade import Cascade
from agent.understand.labels import HANDOFF, services
from agent.understand.port import Hearing
from agent.understand.text import clean
from bench.naive import PROMPT, STEPS_MAX, agent_with
from tools.services import built_services

BEHIND = PROMPT.replace(
    """2. Before a tool that changes something (every tool but account_balance, account_transactions, customer_look_up and
   human_handoff), tell the customer exactly what you will do and wait for a clear yes.""",
    """2. Call the tool as soon as the customer wants something done. Nothing is done by the call itself: the bank then asks for
   what is missing, checks who the customer is, reads everything back and waits for a clear yes.""",
)


def proposing_tools() -> list[BaseTool]:
    """The built services; a call ends the agent's turn, for the gate speaks next."""
    wanted = {service.replace(".", "_") for service in (*built_services(), HANDOFF)}
    return [tool.model_copy(update={"return_direct": True}) for tool in service_tools() if tool.name in wanted]


class Proposing:
    """An understanding that is the agent's. ``words`` is what it said where it called nothing; one turn at a time."""

    def __init__(self, cascade: Cascade, llm: LanguageModel) -> None:
        self._cascade, self._llm = cascade, llm
        self._agent: Any = None
        self._talks: dict[str, list[Any]] = {}
        self._names = {service.replace(".", "_"): service for service in (*services(), HANDOFF)}
        self.session, self.words = "", ""

    def understand(self, said: str, hearing: Hearing) -> list[Command]:
        """See :class:`agent.understand.port.Understanding`."""
        exact = self._cascade._exact(clean(said), hearing)
        if exact:
            return exact
        talk = self._talks.setdefault(self.session, [SystemMessage(_facts(hearing))])
        if self._agent is None:
            self._agent = agent_with(self._llm, proposing_tools(), BEHIND)
        try:
            held = self._agent.invoke({"messages": [*talk, HumanMessage(said)]}, {"recursion_limit": STEPS_MAX})
        except Exception as error:  # whatever the agent runs into is its answer
            self.words = f"({type(error).__name__})"
            return [OutOfScope(by="model", confidence=0.5)]
        messages = held["messages"]
        calls = [call for one in messages[len(talk) :] if isinstance(one, AIMessage) for call in one.tool_calls]
        self._talks[self.session] = messages
        found = [made for call in calls if (made := self._command(dict(call), hearing)) is not None]
        if not found:
            self.words = str(messages[-1].content)
        return found or [OutOfScope(by="model", confidence=0.5)]

    def _command(self, call: dict[str, Any], hearing: Hearing) -> Command | None:
        service = self._names.get(str(call["name"]))
        given = {name.rstrip("_"): str(value) for name, value in call["args"].items() if value not in (None, "")}
        if service is None:
            return None
        if service == HANDOFF:
            return Handoff(by="model", confidence=0.9)
        if service != hearing.service:
            return StartService(service=service, slots=given, by="model", confidence=0.9)
        if hearing.pending == "confirm":
            return Correct(slots=given, by="model", confidence=0.9)
        return SetSlots(slots=given, by="model", confidence=0.9)


class BehindTheGate:
    """A teller whose replies are the gate's, and the agent's own where the gate has nothing to say."""

    def __init__(self, turn: Callable[..., Turn], understanding: Proposing) -> None:
        self._turn, self._understanding = turn, understanding
        self._lock = threading.Lock()  # one model

    def turn(
        self, session_id: str, token: str, request: TurnRequest, *, key: str | None = None,
        on_sentence: OnSentence | None = None,
    ) -> Turn:  # fmt: skip
        """As :class:`agent.port.Teller`; no sentence comes ahead of the others."""
        with self._lock:
            self._understanding.session, self._understanding.words = session_id, ""
            turn = self._turn(session_id, token, request, key=key)
            said = self._understanding.words
        if not said:
            return turn
        return turn.model_copy(update={"reply": turn.reply.model_copy(update={"text": said, "speech": said})})


def _facts(hearing: Hearing) -> str:
    tails = ", ".join(dict.fromkeys([*hearing.accounts, *hearing.cards]))
    return f"The customer is signed in; accounts and cards ending in {tails}; payees: {', '.join(hearing.payees)}."
