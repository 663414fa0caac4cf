"""The services: one file each. A new one is a file here with a :class:`~tools.gate.service.Service` subclass."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from tools.catalogue import catalogue
from tools.gate.service import AnyService, Service

__all__ = ["built_services"]


@cache
def built_services() -> dict[str, AnyService]:
    """Every service of this folder by id, found by looking at its files.

    Raises:
        ValueError: a service's id is not in the catalogue.
    """
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    services = {cls.id: cls() for cls in Service.__subclasses__()}
    unknown = services.keys() - catalogue().keys()
    if unknown:
        raise ValueError(f"not in catalogue.toml: {', '.join(sorted(unknown))}")
    return services
