"""The framework logs to a place of its own; here it goes where everything else is logged."""

from __future__ import annotations

import logging

import loguru

log = logging.getLogger("voice.live.framework")


def join_ours() -> None:
    """Before the framework is imported: warnings and errors come to our log, without what was said."""

    def pass_on(message: loguru.Message) -> None:
        record = message.record
        log.log(record["level"].no, "%s:%s", record["name"], record["function"])

    loguru.logger.remove()
    loguru.logger.add(pass_on, level="WARNING")
