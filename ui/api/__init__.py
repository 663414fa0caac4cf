"""The HTTP contract, version 1."""

from ui.api.api import create_api
from ui.api.options import ApiOptions, HostTokens
from ui.api.ports import AuditReader, Catalogue, Health, SandboxBank, StaffDesk, UsedTokens

__all__ = [
    "ApiOptions",
    "AuditReader",
    "Catalogue",
    "Health",
    "HostTokens",
    "SandboxBank",
    "StaffDesk",
    "UsedTokens",
    "create_api",
]
