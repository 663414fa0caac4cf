"""Every sentence of ours that she may say, so that its sound can be kept: phrases, the gate's, the services', the entries'."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType

from pydantic import BaseModel

from agent import phrases
from agent.say import sentences
from tools.gate import phrases as gate_phrases
from tools.services import built_services
from tools.wording import Locale, Text

LOCALES: tuple[Locale, ...] = ("zh-CN", "en")


def said(answers: Iterable[tuple[str, Locale]]) -> list[tuple[str, Locale]]:
    """Sentence by sentence, as they are handed to what speaks: our own words in both languages, then these answers."""
    own = [(text.of(locale), locale) for text in texts() for locale in LOCALES]
    return [(sentence, locale) for words, locale in [*own, *answers] for sentence in sentences(words)]


def texts() -> list[Text]:
    """What is always said in these words, ``{places}`` included: her own words first, then the gate's, then the services'."""
    modules = [sys.modules[type(service).__module__] for _, service in sorted(built_services().items())]
    return list(dict.fromkeys(text for module in (phrases, gate_phrases, *modules) for text in texts_of(module)))


def texts_of(module: ModuleType) -> Iterator[Text]:
    """The texts that a module defines, in the order in which it does."""
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ != module.__name__:
            continue  # imported: its own module has it
        yield from _within(value)


def _within(value: object) -> Iterator[Text]:
    """The texts in a value, however deep: tables, options, what a parameter is asked with."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _within(each)
    elif isinstance(value, type) and issubclass(value, BaseModel):
        for field in value.model_fields.values():
            yield from _within(field.metadata)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _within(getattr(value, part.name))
