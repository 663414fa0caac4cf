"""The turn on one page.

    hear ─► decide ─┬─► gate        start, fill, prove, learn, confirm: everything that may end in an action
              ▲     ├─► answer      approved knowledge, with its citation
              │     ├─► talk        greetings, distress, what is out of scope, a question to make sure
              │     └─► hand_over   a person, at any time, in this turn
              └──────── one command after the other
            decide ─► say ─► END    when nothing is left to do: the one question that is open, put last

*hear* turns buttons and words into commands, *decide* takes the next one. The conversation is checkpointed after each
turn; how far an action has come is known to the gate alone, so a turn that was cut off is simply taken again.
"""

from __future__ import annotations

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from pydantic import TypeAdapter

from agent.commands import (
    AskKnowledge,
    Chitchat,
    Clarify,
    Command,
    Handoff,
    OutOfScope,
    Repeat,
)
from agent.nodes import Nodes
from agent.state import Conversation, Work

_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
Route = Literal["gate", "answer", "talk", "hand_over", "say"]


def route(state: Conversation) -> Route:
    """Which node does the next command."""
    if not state.get("inbox"):
        return "say"
    match _COMMAND.validate_python(state["inbox"][0]):
        case Handoff():
            return "hand_over"
        case AskKnowledge():
            return "answer"
        case Chitchat() | OutOfScope() | Clarify() | Repeat():
            return "talk"
        case _:
            return "gate"


def build_graph(nodes: Nodes, checkpointer: BaseCheckpointSaver[Any]) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled graph; one thread per session, :class:`Work` as the context of one turn."""
    graph = StateGraph(Conversation, context_schema=Work)
    graph.add_node("hear", _node(nodes.hear))
    graph.add_node("gate", _node(nodes.gate))
    graph.add_node("answer", _node(nodes.answer))
    graph.add_node("talk", _node(nodes.talk))
    graph.add_node("hand_over", _node(nodes.hand_over))
    graph.add_node("say", _node(nodes.say))
    graph.add_edge(START, "hear")
    for node in ("hear", "gate", "answer", "talk", "hand_over"):
        graph.add_conditional_edges(node, route)
    graph.add_edge("say", END)
    return graph.compile(checkpointer=checkpointer)


def _node(method: Any) -> Any:
    """A method ``(state, work, command) -> None`` as a node that returns the changed state."""

    def node(state: Conversation, runtime: Runtime[Work]) -> Conversation:
        changed = Conversation(**state)
        inbox = changed.get("inbox") or []
        command = _COMMAND.validate_python(inbox[0]) if inbox else None
        if method.__name__ not in ("hear", "say"):
            changed["inbox"] = inbox[1:]
        method(changed, runtime.context, command)
        return changed

    return node
