"""What a turn may carry: words, or one typed input whose value is checked against its type (table T/V)."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from agent.turn import TurnRequest, TypedInput

FRAMES_MAX = 30
CHOICE_CHARS_MAX = 200
_OPAQUE = re.compile(r"[\x21-\x7e]{1,128}\Z")
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# Direction overrides can make a transcript read otherwise than it was written; joiners belong to emoji and scripts.
_DROPPED = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)))
_KEPT = frozenset("\n\t")
_UNSEEN = frozenset(["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"])  # not Cn: new emoji


def clean(text: str) -> str:
    """``text`` without control characters, direction overrides and outer white space."""
    kept = (c for c in text if c in _KEPT or (c not in _DROPPED and unicodedata.category(c) not in {"Cc", "Cs"}))
    return "".join(kept).strip()


def _context(info: ValidationInfo) -> dict[str, Any]:
    """``text_chars_max`` and ``sandbox``: the reader of the body gives them with it."""
    return info.context or {}


def _text(text: str, info: ValidationInfo) -> str:
    limit = int(_context(info)["text_chars_max"])
    if len(text) > limit:
        raise PydanticCustomError("text_too_long", "too long", {"limit": limit})
    cleaned = clean(text)
    if all(unicodedata.category(c) in _UNSEEN for c in cleaned):
        raise PydanticCustomError("empty_text", "empty")
    return cleaned


def _otp(value: str) -> str:
    if re.fullmatch(r"[0-9]{6}", value) is None:
        raise PydanticCustomError("otp", "not a code")
    return value


def _opaque(value: str) -> str:
    if _OPAQUE.match(value) is None:
        raise PydanticCustomError("opaque_id", "not an id")
    return value


def _choice(value: str) -> str:
    if not value.strip() or clean(value) != value.strip():
        raise PydanticCustomError("opaque_id", "not an id")
    return value


def _image(value: str) -> str:
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data.startswith((_JPEG, _PNG)):
        raise PydanticCustomError("image", "not a picture")
    return value


def _specimen(value: str, info: ValidationInfo) -> str:
    if value != "specimen" or not _context(info)["sandbox"]:
        raise PydanticCustomError("specimen", "no specimen here")
    return value


def _kind_of_value(value: Any) -> str:
    return "specimen" if isinstance(value, str) else "pictures"


OpaqueId = Annotated[str, AfterValidator(_opaque), Field(examples=["3f9c1a"])]
Image = Annotated[
    str, AfterValidator(_image), Field(json_schema_extra={"contentEncoding": "base64", "contentMediaType": "image/*"})
]
Specimen = Annotated[str, AfterValidator(_specimen), Field(json_schema_extra={"const": "specimen"})]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OtpInput(_Strict):
    """The code from the text message."""

    type: Literal["otp"]
    value: Annotated[str, AfterValidator(_otp), Field(json_schema_extra={"pattern": "^[0-9]{6}$"})]


class ConfirmInput(_Strict):
    """The id of the confirm card whose parameters were read back."""

    type: Literal["confirm"]
    value: OpaqueId


class BareInput(_Strict):
    """Carries no value."""

    type: Literal["deny", "acknowledge", "silence"]
    value: None = None


class OptionInput(_Strict):
    """The id of an option of a choices or quiz card."""

    type: Literal["choice", "quiz"]
    value: Annotated[str, Field(max_length=CHOICE_CHARS_MAX), AfterValidator(_choice)]


class ConsentAnswer(_Strict):
    id: OpaqueId
    given: StrictBool


class ConsentInput(_Strict):
    """Given or refused, for the consent card of this id."""

    type: Literal["consent"]
    value: ConsentAnswer


class DocumentPictures(_Strict):
    """JPEG or PNG; a passport has no back."""

    front: Image
    back: Image | None = None


class DocumentInput(_Strict):
    """Pictures of the ID document; in the sandbox also the customer's own specimen."""

    type: Literal["document"]
    value: Annotated[
        Annotated[DocumentPictures, Tag("pictures")] | Annotated[Specimen, Tag("specimen")],
        Discriminator(_kind_of_value),
    ]


class FaceFrames(_Strict):
    challenge: OpaqueId
    frames: Annotated[list[Image], Field(min_length=1, max_length=FRAMES_MAX)]


class FaceInput(_Strict):
    """Frames taken while the steps of the face card were done; in the sandbox also the customer's specimen."""

    type: Literal["face"]
    value: Annotated[
        Annotated[FaceFrames, Tag("pictures")] | Annotated[Specimen, Tag("specimen")], Discriminator(_kind_of_value)
    ]


class RatingInput(_Strict):
    """Satisfaction, 5 is best."""

    type: Literal["rating"]
    value: Annotated[StrictInt, Field(ge=1, le=5)]


Input = Annotated[
    OtpInput | ConfirmInput | BareInput | OptionInput | ConsentInput | DocumentInput | FaceInput | RatingInput,
    Field(discriminator="type"),
]


class TurnBody(_Strict):
    """Exactly one of ``text`` (what the customer said or typed) and ``input`` (what the customer pressed)."""

    text: Annotated[str, AfterValidator(_text)] | None = Field(
        default=None, json_schema_extra={"examples": ["给王芳转五百"]}
    )
    input: Input | None = None

    @model_validator(mode="after")
    def _one_of(self) -> TurnBody:
        if (self.text is None) == (self.input is None):
            raise PydanticCustomError("one_of", "one of text and input")
        return self

    @property
    def carries_pictures(self) -> bool:
        return isinstance(self.input, DocumentInput | FaceInput)

    def request(self) -> TurnRequest:
        """The same, as the teller takes it."""
        if self.input is None:
            return TurnRequest(text=self.text)
        value: Any = self.input.value
        if isinstance(value, BaseModel):
            value = value.model_dump()
        return TurnRequest(input=TypedInput(type=self.input.type, value=value))
