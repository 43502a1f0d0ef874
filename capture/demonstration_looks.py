"""Who is drawn in the demonstration, and how a face can be held."""

from dataclasses import dataclass, fields
from enum import Enum

import numpy as np

from capture.drawing import Colour
from core.labels import Emotion


class HairStyle(Enum):
    """How the hair falls."""

    SHORT = "short"
    LONG = "long"
    SWEPT = "swept to the side"


@dataclass(frozen=True, slots=True)
class Look:
    """What stays the same about a drawn person. Colours are BGR; widths are factors around 1."""

    skin: Colour
    hair: Colour
    iris: Colour
    clothes: Colour
    wall: Colour
    hair_style: HairStyle
    face_width: float
    jaw_width: float
    brow_thickness: float


@dataclass(frozen=True, slots=True)
class Expression:
    """How the face is held; 0 is rest everywhere except `eye_open`, where 1 is rest and 0 is shut.

    `brow_raise`, `brow_inner` (the inner ends) and `smile` (the corners of the mouth) are -1..1, down to up; `mouth_width` -1..1;
    `brow_pinch`, `cheek`, `mouth_open`, `teeth` and `lip_press` 0..1.
    """

    brow_raise: float = 0.0
    brow_inner: float = 0.0
    brow_pinch: float = 0.0
    eye_open: float = 1.0
    cheek: float = 0.0
    smile: float = 0.0
    mouth_width: float = 0.0
    mouth_open: float = 0.0
    teeth: float = 0.0
    lip_press: float = 0.0


EXPRESSIONS: dict[Emotion, Expression] = {
    Emotion.NEUTRAL: Expression(brow_raise=-0.1, eye_open=0.95),
    Emotion.HAPPINESS: Expression(brow_raise=0.15, eye_open=0.72, cheek=1.0, smile=1.0, mouth_width=1.0, mouth_open=0.5, teeth=1.0),
    Emotion.SURPRISE: Expression(brow_raise=1.0, eye_open=1.38, mouth_width=-0.45, mouth_open=1.0),
    Emotion.SADNESS: Expression(brow_inner=1.0, brow_pinch=0.3, eye_open=0.55, smile=-1.0, mouth_width=-0.2, lip_press=0.4),
    Emotion.ANGER: Expression(
        brow_raise=-0.9, brow_inner=-1.0, brow_pinch=1.0, eye_open=0.6, smile=-0.85, mouth_width=-0.15, lip_press=0.75
    ),
}
"""After the action units of the Facial Action Coding System (Ekman and Friesen 1978): happiness 6+12+25, surprise 1+2+5+26,
sadness 1+4+15, anger 4+5+7+24."""


def blend(one: Expression, other: Expression, share: float) -> Expression:
    """Between two expressions: `share` 0 is `one`, 1 is `other`."""
    values = {f.name: (1 - share) * getattr(one, f.name) + share * getattr(other, f.name) for f in fields(Expression)}
    return Expression(**values)


SKINS: tuple[Colour, ...] = ((170, 194, 228), (158, 184, 222), (140, 172, 216), (112, 146, 196), (86, 116, 168))
HAIRS: tuple[Colour, ...] = ((34, 36, 44), (38, 52, 78), (52, 82, 124), (92, 136, 178), (150, 152, 156), (38, 62, 122))
IRISES: tuple[Colour, ...] = ((60, 84, 112), (132, 108, 74), (84, 118, 92), (44, 60, 84))
CLOTHES: tuple[Colour, ...] = ((128, 96, 66), (94, 112, 78), (92, 80, 128), (88, 88, 96), (74, 108, 148))
WALLS: tuple[Colour, ...] = ((206, 200, 188), (196, 204, 200), (188, 198, 210), (206, 194, 198))


def look_of(seed: int) -> Look:
    """The person of a seed."""
    rng = np.random.default_rng((seed, 1))
    styles = tuple(HairStyle)
    skin_index = (seed * 2 + 1) % len(SKINS)
    hairs = HAIRS[:2] if skin_index >= 3 else HAIRS
    return Look(
        skin=SKINS[skin_index],
        hair=hairs[int(rng.integers(len(hairs)))],
        iris=IRISES[3] if skin_index >= 3 else IRISES[int(rng.integers(len(IRISES)))],
        clothes=CLOTHES[int(rng.integers(len(CLOTHES)))],
        wall=WALLS[int(rng.integers(len(WALLS)))],
        hair_style=styles[seed % len(styles)],
        face_width=float(rng.uniform(0.96, 1.05)),
        jaw_width=float(rng.uniform(0.92, 1.08)),
        brow_thickness=float(rng.uniform(0.9, 1.2)),
    )
