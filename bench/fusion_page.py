"""docs/fusion-robustness.md, written from what was measured."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bench.fusion_promises import FEW_WORDS, WORDS, Clip, Promise, alone, moved
from bench.spoiled_runs import FACES, NOTHING_WRITTEN, SOUNDS, SPOILINGS, TEXTS
from core.fusion import FUSION
from core.labels import Modality

HEAD = """# How the index behaves when face, sound and words are spoiled

*Written by `python -m bench.fusion_robustness --data ../shared/data`, which ends with an error when a promise is broken; nothing below is
typed. Formula `{fusion}` ([fusion.md](fusion.md)). The same promises are tested on any streams of readings in
`tests/core/test_fusion_robustness.py`.*

Real clips of one person who talks ({clips}), each again and again for
{seconds}, through the monitor with its real readers, pictures {rate:g} times a second as daily logs are read. Each clip in {combinations}
combinations of {faces} states of the face, {sounds} of the sound and {texts} of the words, a moment every {step:g} s: {moments:,} moments.
Beside a figure stands what a **naive** fusion does: the mean of all lanes that ever said anything, with equal weights, without quality and
without fading. Only moments at which both the damaged and the undamaged index have a number are compared.

It shows how far damage of the input moves the number, and not that the number is right: nobody has measured that. The words are made up,
and the sad ones at odds with how the people look and sound, so that the index must move when they are left out or nothing else is left:
no weights keep a number that rested on what is gone. What the rules add is that a damaged lane counts less, that the band says so, and that
there is no number where nothing can be read.

- Face: {face_names}. A cover hides the face from the chin upwards; darkening adds a webcam's noise.
- Sound: {sound_names}. Levels are below that of the voice; noise is white, babble is the talk of eight.
- Words: {text_names}.

A band may narrow for a moment where sound is spoiled or cut: a segment of speech is read when it ends, and noise ends some sooner.
"""

SECTIONS = (
    "## Promises",
    """## One lane spoiled

The others as they are, over all clips and both kinds of words. “Read” is the share of the lane's readings with a result and “quality” their
mean; weight and length of the band are means, “moved” is the index's distance from the undamaged one, mean / worst.""",
    """## Face and sound, with the words as they are

How far the index moved, in points: mean / worst, and in brackets the naive one's.""",
    """## The same, and nothing is written

A dash: there is no number.""",
    """## Where there is a number, and how wide its band is

Nothing is written: the share of moments with a number, and the mean length of the band. The first seconds never have one.""",
)


def page(clips: Sequence[Clip], promises: Sequence[Promise], seconds: Sequence[float], rate_hz: float) -> str:
    """The whole page."""
    fused = [one for clip in clips for one in clip.fused.values()]
    head = HEAD.format(
        fusion=FUSION,
        clips=", ".join(f"`{clip.name}`" for clip in clips),
        seconds=" or ".join(f"{value:g} s" for value in sorted(set(seconds))),
        rate=rate_hz,
        combinations=len(clips[0].fused),
        faces=len(FACES),
        sounds=len(SOUNDS),
        texts=len(TEXTS),
        step=clips[0].step_s,
        moments=sum(len(one.value) for one in fused),
        face_names="; ".join(one.name for one in FACES),
        sound_names="; ".join(one.name for one in SOUNDS),
        text_names="; ".join(TEXTS),
    )
    tables = (
        promise_table(promises),
        _lane_table(clips),
        _matrix(lambda face, sound: _moved(clips, face, sound, WORDS)),
        _matrix(lambda face, sound: _moved(clips, face, sound, (NOTHING_WRITTEN,))),
        _matrix(lambda face, sound: _said(clips, face, sound)),
    )
    parts = [head.rstrip(), *(part for section in zip(SECTIONS, tables, strict=True) for part in section)]
    return "\n\n".join(parts) + "\n"


def promise_table(promises: Sequence[Promise]) -> str:
    """Bounds, measures and whether they hold, as Markdown."""
    rows = [
        (
            one.words,
            f"{one.bound:g}",
            f"{one.measured:.2f}",
            "" if one.naive is None else f"{one.naive:.2f}",
            one.unit,
            "yes" if one.kept else "**NO**",
        )
        for one in promises
    ]
    return _table(("promise: no more than the bound", "bound", "measured", "naive", "in", "kept"), rows)


def _lane_table(clips: Sequence[Clip]) -> str:
    spoilings = [(lane, one.name) for lane, ways in SPOILINGS.items() for one in ways]
    spoilings += [(Modality.TEXT, name) for name in (*WORDS, FEW_WORDS, NOTHING_WRITTEN)]
    head = ("lane", "spoiling", "read", "quality", "weight", "band", "moved", "naive moved")
    return _table(head, (_lane_row(clips, lane, name) for lane, name in spoilings))


def _lane_row(clips: Sequence[Clip], lane: Modality, name: str) -> tuple[str, ...]:
    words = (name,) if name in WORDS else WORDS
    found = [(clip, alone(lane, name, own), own) for clip in clips for own in words]
    fused = [clip.fused[company] for clip, company, _ in found]
    courses = [clip.courses[lane, name] for clip in clips]
    spoken = [one.spoken for one in fused]
    moves = [moved(clip, company, own) for clip, company, own in found]
    quality = [one.quality for one in courses if not np.isnan(one.quality)]
    return (
        lane.value,
        name,
        f"{np.mean([one.read for one in courses]):.0%}".replace("%", " %"),
        f"{np.mean(quality):.2f}" if quality else "–",
        f"{np.concatenate([one.weights[lane][said] for one, said in zip(fused, spoken, strict=True)]).mean():.2f}",
        f"{np.concatenate([one.band[said] for one, said in zip(fused, spoken, strict=True)]).mean():.1f}",
        _mean_and_worst([ours for ours, _ in moves]),
        _mean_and_worst([naive for _, naive in moves]),
    )


def _moved(clips: Sequence[Clip], face: str, sound: str, texts: Sequence[str]) -> str:
    moves = [
        moved(clip, (face, sound, text), words) for clip in clips for text in texts for words in (WORDS if text not in WORDS else (text,))
    ]
    ours = _mean_and_worst([one for one, _ in moves])
    return f"{ours} ({_mean_and_worst([naive for _, naive in moves])})" if ours != "–" else ours


def _mean_and_worst(moves: Sequence[np.ndarray]) -> str:
    every = np.concatenate(moves)
    return f"{every.mean():.0f} / {every.max():.0f}" if len(every) else "–"


def _said(clips: Sequence[Clip], face: str, sound: str) -> str:
    fused = [clip.fused[face, sound, NOTHING_WRITTEN] for clip in clips]
    spoken = np.concatenate([one.spoken for one in fused])
    if not spoken.any():
        return "–"
    return f"{spoken.mean():.0%}, {np.concatenate([one.band for one in fused])[spoken].mean():.0f}".replace("%", " %")


def _matrix(cell: Callable[[str, str], str]) -> str:
    faces = [one.name for one in FACES]
    return _table(("sound \\ face", *faces), ((sound.name, *(cell(face, sound.name) for face in faces)) for sound in SOUNDS))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
