"""Services as LangChain tools: their schema is their ``Params``, and calling one only *proposes*.

For language models that give commands by native tool calls. A call becomes a
:class:`~agent.commands.StartService`; everything that follows is the gate's, exactly as for typed words.
"""

from __future__ import annotations

from typing import Any

from langchain_core.tools import StructuredTool
from pydantic import BaseModel, Field, create_model

from agent.commands import StartService
from tools.catalogue import catalogue
from tools.services import built_services


def service_tools() -> list[StructuredTool]:
    """One tool for each service of the catalogue, named by its id with ``.`` as ``_``."""
    return [_tool(service) for service in catalogue()]


def _tool(service: str) -> StructuredTool:
    entry = catalogue()[service]

    def propose(**slots: Any) -> StartService:
        given = {name.rstrip("_"): str(value) for name, value in slots.items() if value is not None}
        return StartService(service=service, slots=given, by="model")

    return StructuredTool.from_function(
        func=propose,
        name=service.replace(".", "_"),
        description=f"Propose: {entry.name.en} ({entry.name.zh}). Nothing is done before the customer has confirmed.",
        args_schema=_schema(service),
    )


def _schema(service: str) -> type[BaseModel]:
    """The service's parameters, all optional: what was not said is asked for later."""
    built = built_services().get(service)
    fields: dict[str, Any] = {}
    for name, spec in built.spec().items() if built is not None else ():
        field = f"{name}_" if name == "from" else name
        fields[field] = (str | None, Field(None, alias=name, description=f"{spec.label.en} ({spec.kind})"))
    return create_model(f"{service.replace('.', '_')}_params", **fields)
