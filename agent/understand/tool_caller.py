"""Commands by native tool calls, for a strong endpoint set by the operator: it proposes, grounding decides what counts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.commands import Command, Handoff, StartService
from agent.understand.chooser import LanguageModel
from agent.understand.labels import HANDOFF, services
from agent.understand.port import Hearing
from agent.understand.slots import params_of, service_slots

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

log = logging.getLogger(__name__)
TIMEOUT_S = 8.0
CALLS_MAX = 4
CONFIDENCE = 0.9
_SYSTEM = (
    "You are the ears of a bank teller. Call a tool only for what the customer wants done now, one call for each wish. Questions about "
    "services, past events and other people's wishes are not wishes: call nothing then. Put only values that the customer said into the arguments."
)


class ToolCaller:
    """``tools`` are named by service id with "." written as "_" (``card_replace``)."""

    def __init__(self, model: LanguageModel, tools: Sequence[BaseTool], *, timeout_s: float = TIMEOUT_S) -> None:
        self._model, self._timeout_s = model, timeout_s
        known = {service.replace(".", "_"): service for service in (*services(), HANDOFF)}
        self._tools = [tool for tool in tools if tool.name in known]
        self._names = known
        self._bound: Any = None

    def commands(self, said: str, hearing: Hearing) -> list[Command]:
        """Commands for the tool calls that make sense; empty where there are none or the endpoint does not answer."""
        if not self._model.ready() or not self._tools:
            return []
        try:
            answer = self._open().invoke([("system", _SYSTEM), ("user", said)])
        except Exception as error:  # whatever an endpoint does, the turn goes on without it
            log.info("tool caller: no answer (%s)", type(error).__name__)
            return []
        found: list[Command] = []
        for call in list(getattr(answer, "tool_calls", []))[:CALLS_MAX]:
            made = self._command(call, said, hearing)
            if made is not None and made not in found:
                found.append(made)
        return found

    def _open(self) -> Any:
        if self._bound is None:
            from langchain_openai import ChatOpenAI
            from pydantic import SecretStr

            chat = ChatOpenAI(
                base_url=self._model.base_url,
                api_key=SecretStr(self._model.api_key or "none"),
                model=self._model.model,
                temperature=0,
                timeout=self._timeout_s,
                max_retries=0,
            )
            self._bound = chat.bind_tools(self._tools)
        return self._bound

    def _command(self, call: dict[str, Any], said: str, hearing: Hearing) -> Command | None:
        service = self._names.get(str(call.get("name")))
        if service is None:
            log.info("tool caller: unknown tool dropped")
            return None
        if service == HANDOFF:
            return Handoff(by="model", confidence=CONFIDENCE)
        raw = call.get("args")
        args = raw if isinstance(raw, dict) else {}
        return StartService(
            service=service, slots=grounded(service, args, said, hearing), by="model", confidence=CONFIDENCE
        )


def grounded(service: str, args: dict[str, Any], said: str, hearing: Hearing) -> dict[str, str]:
    """The arguments that the words bear out, in the grammar's form; what the grammar reads itself is kept as well.

    An argument that the grammar does not find in ``said`` is dropped: it was made up.
    """
    found = service_slots(service, said, hearing)
    for name in args.keys() - found.keys():
        if name in params_of(service):
            log.info("tool caller: %s.%s is not in the words, dropped", service, name)
    return found
