"""Logging of the process: one stream, every line masked."""

from __future__ import annotations

import logging

from tools.masking import MaskingFilter

_NOISY = ("alembic", "httpx", "apscheduler", "uvicorn.access")


def start_logging(level: str) -> None:
    """Log from ``level`` on; what others' libraries chat about is left out."""
    handler = logging.StreamHandler()
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
