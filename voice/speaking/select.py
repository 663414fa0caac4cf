"""The engines by name, and a speaker of those that are set."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from voice.speaking.edge import Edge
from voice.speaking.engine import Engine
from voice.speaking.espeak import Espeak
from voice.speaking.kokoro import Kokoro, KokoroFiles
from voice.speaking.speaker import OnClause, Speaker, unheard
from voice.speaking.store import PhraseStore

ENGINES = ("kokoro", "edge", "espeak")


def speaker(
    engines: Sequence[str],
    files: Callable[[], KokoroFiles],
    *,
    threads: int = 2,
    fixed: Collection[str] = (),
    store: PhraseStore | None = None,
    on_clause: OnClause = unheard,
) -> Speaker:
    """A speaker whose engines are tried in this order.

    Args:
        engines: of :data:`ENGINES`.
        files: gives Kokoro's files; raises EngineUnavailable where they are not here.
        threads: Kokoro's.
        fixed, store, on_clause: see :class:`Speaker`.
    """
    made: dict[str, Callable[[], Engine]] = {
        "kokoro": lambda: Kokoro(files, threads=threads),
        "edge": Edge,
        "espeak": Espeak,
    }
    return Speaker([made[name]() for name in engines], fixed=fixed, store=store, on_clause=on_clause)
