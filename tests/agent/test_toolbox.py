"""Services as tools: the schema is the parameters', and a call only proposes."""

from __future__ import annotations

import pytest

from agent.commands import StartService
from agent.toolbox import service_tools
from tools.catalogue import catalogue
from tools.services import built_services

TOOLS = {tool.name: tool for tool in service_tools()}


def test_that_every_service_is_a_tool_and_nothing_else_is() -> None:
    assert set(TOOLS) == {service.replace(".", "_") for service in catalogue()}


@pytest.mark.parametrize("service", sorted(built_services()))
def test_that_the_schema_is_the_services_parameters(service: str) -> None:
    schema = TOOLS[service.replace(".", "_")].args_schema
    assert set(schema.model_json_schema(by_alias=True)["properties"]) == set(built_services()[service].spec())  # type: ignore[union-attr]


def test_that_a_call_proposes() -> None:
    made = TOOLS["transfer_create"].invoke({"payee": "王芳", "amount": "500", "from": "6688"})
    assert made == StartService(
        service="transfer.create", slots={"payee": "王芳", "amount": "500", "from": "6688"}, by="model"
    )


def test_that_nothing_need_be_given() -> None:
    assert TOOLS["fx_buy"].invoke({}) == StartService(service="fx.buy", slots={}, by="model")
    assert TOOLS["card_replace"].invoke({}).slots == {}
