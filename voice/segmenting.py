"""Chinese words in a text. jieba is imported here and nowhere else in the voice: by itself it warns and logs at every start."""

from __future__ import annotations

import logging
import warnings
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """jieba with ``posseg``, quiet, its dictionary loaded (a second the first time)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks pkg_resources, which is deprecated
        import jieba
        from jieba import posseg  # noqa: F401 - becomes an attribute of jieba
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba
