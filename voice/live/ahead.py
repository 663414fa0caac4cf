"""Sound that may be needed next, made while she speaks and nobody waits."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from voice.errors import EngineUnavailable
from voice.live.engines import Engines
from voice.live.mouth import Mouth
from voice.speaking.port import Locale
from voice.turns import TurnPort

log = logging.getLogger(__name__)
SPARE_SECONDS_MIN = 1.5  # of speech that is left: about what one opening takes on a slow machine


async def make_ahead(port: TurnPort, engines: Engines, mouth: Mouth, locale: Locale, *, elder: bool) -> None:
    """Go through what the next reply may begin with, until she has nearly said what she says now, or is interrupted."""
    await mouth.made()
    if mouth.spare_s < SPARE_SECONDS_MIN:
        return
    loop = asyncio.get_running_loop()
    try:
        likely = await loop.run_in_executor(engines.deciding, port.openings)
        for text in likely:
            if mouth.spare_s < SPARE_SECONDS_MIN or not engines.nobody_waits:
                return
            prepare = partial(engines.synthesizer.prepare, text, locale, elder=elder)
            await loop.run_in_executor(engines.synthesising, prepare)
    except EngineUnavailable:
        return  # told where she speaks with it
    except Exception as error:  # a session that has ended meanwhile: nothing depends on this
        log.info("what comes next is not made ready: %s", type(error).__name__)
