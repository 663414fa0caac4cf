"""The specimens of the sandbox as pictures that go through the same checks as a camera's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from tools.bank.stories import Stories, StoryCustomer
from tools.identity.pictures import Pixels, encode
from tools.identity.specimens import cards, passports
from tools.identity.specimens.drawing import NoFont
from tools.identity.specimens.people import face_of, sequence
from tools.identity.specimens.portrait import portrait

QUALITY = 90


class NoSpecimen(Exception):
    """There is none: an unknown customer, or no font to draw it with."""


class Specimens:
    """Draws a customer's documents and frames of their face; documents are kept while the process runs."""

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        self._documents: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()
        self._drawing = Lock()

    def document(self, customer: str, own: Pixels | None = None) -> Mapping[str, bytes]:
        """Its sides by name (``front``, and ``back`` of a card) as JPEG; with a visitor's ``own`` portrait it is drawn for
        this once.

        Raises:
            NoSpecimen
        """
        story = self._story(customer)
        with self._drawing:
            try:
                if own is not None:
                    return _drawn(story, own)
                if customer not in self._documents:
                    self._documents[customer] = _drawn(story, portrait(face_of(story)))
            except NoFont as missing:
                raise NoSpecimen(str(missing)) from missing
            return self._documents[customer]

    def face(self, customer: str, challenge: str, take: int = 0) -> Sequence[bytes]:
        """Frames of the customer doing what the challenge asks, as JPEG; another ``take`` is another try.

        Raises:
            NoSpecimen
        """
        person = face_of(self._story(customer))
        with self._drawing:
            return [encode(frame, QUALITY) for frame in sequence(person, challenge, take=take)]

    def _story(self, customer: str) -> StoryCustomer:
        story = self._stories.of(customer)
        if story is None:
            raise NoSpecimen(customer)
        return story


def _drawn(story: StoryCustomer, photo: Pixels) -> Mapping[str, bytes]:
    if story.document == "passport":
        return {"front": encode(passports.data_page(story, photo), QUALITY)}
    return {"front": encode(cards.front(story, photo), QUALITY), "back": encode(cards.back(story), QUALITY)}
