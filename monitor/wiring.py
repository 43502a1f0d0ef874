"""Where lanes are made: one `Lane(...)` line a modality, for live devices, the demonstration and recordings."""

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from capture.source import Pace, Source
from core.baseline import VoiceBaseline
from core.clock import SessionClock
from core.failures import AffectographError, Failure
from core.labels import Modality
from core.settings import Settings
from models.checkpoints import resolve
from models.reader import Reader
from monitor.estimating import fusion_folder
from monitor.lane import Lane, OwnFusion, Plan

FRAMES_WAITING = 2
"""A frame in work and the newest behind it: an older one would only be late."""

CHUNKS_WAITING = 20
"""Two seconds of sound: the time that a slow reading may take without a loss."""

TEXTS_WAITING = 60
"""Nobody writes faster than this."""

DEMONSTRATION = "demonstration"
"""In place of a device's name: the drawn face and the synthesised voice."""


def live_plan(
    settings: Settings,
    *,
    camera: str | None,
    microphone: str | None,
    demonstration: bool = False,
    baseline: VoiceBaseline | None = None,
    person: int | None = None,
) -> Plan:
    """A live session with the named devices (None: the lane is off), or with the demonstration in their place.

    `baseline` is what the voice is compared with, where the checkpoint can; `person` is whose session it is.
    """
    keep = settings.record.kept if person is not None else frozenset()
    if keep:
        import monitor.growing_piece  # noqa: PLC0415, F401  the encoders are loaded before the first frame, and not while it waits
    clock = SessionClock()
    baseline, remarks = fitting(baseline if microphone is not None else None, settings)
    fusion, unfit = own_fusion(settings)
    camera, microphone = (DEMONSTRATION, DEMONSTRATION) if demonstration else (camera, microphone)
    lanes = [
        *([face_lane(camera_source(camera, settings, clock), settings)] if camera is not None else []),
        *([voice_lane(microphone_source(microphone, settings, clock), settings, baseline)] if microphone is not None else []),
        text_lane(None, settings),
    ]
    title = "Demonstration" if demonstration else "Live session"
    remarks = (*remarks, *unfit)
    return Plan(title, Pace.LIVE, tuple(lanes), clock, person=person, baseline=baseline, remarks=remarks, keep=keep, fusion=fusion)


def recording_plan(
    path: Path,
    settings: Settings,
    *,
    text_file: Path | None = None,
    speed: float = math.inf,
    person: int | None = None,
    started: datetime | None = None,
    baseline: VoiceBaseline | None = None,
) -> Plan:
    """The analysis of a recording: a lane for each of its tracks, and one for its text; raises MediaUnreadable for either file.

    `person` and `started` (when it was made) place the session in somebody's record; with `baseline` the voice is compared.
    """
    from capture.media_file import MediaSound, MediaVideo, probe  # noqa: PLC0415  the decoder is loaded when a file is opened
    from capture.text_file import TextFile  # noqa: PLC0415

    media = probe(path, settings.capture)
    words = TextFile(text_file) if text_file else None
    if words:
        words.open()  # a fault in it is told before anything is analysed
    baseline, remarks = fitting(baseline if media.has_sound else None, settings)
    fusion, unfit = own_fusion(settings)
    lanes = [
        *([face_lane(MediaVideo(path, settings.capture, settings.face.rate_hz), settings)] if media.has_video else []),
        *([voice_lane(MediaSound(path, settings.capture), settings, baseline)] if media.has_sound else []),
        *([text_lane(words, settings)] if words else []),
    ]
    return Plan(
        path.name,
        Pace.RECORDED,
        tuple(lanes),
        SessionClock(),
        total_s=media.duration_s,
        speed=speed,
        person=person,
        started=started,
        baseline=baseline,
        remarks=(*remarks, *unfit),
        fusion=fusion,
    )


def demonstration_plan(settings: Settings, *, seconds: float, seed: int = 0, fps: float = 30.0, speed: float = math.inf) -> Plan:
    """The demonstration as a recording: exact times, as fast as it goes."""
    from capture.test_pattern import DemonstrationSound, DemonstrationText, DemonstrationVideo  # noqa: PLC0415

    lanes = (
        face_lane(DemonstrationVideo(seed=seed, fps=fps, seconds=seconds, pace=Pace.RECORDED), settings),
        voice_lane(DemonstrationSound(seed=seed, seconds=seconds, pace=Pace.RECORDED), settings),
        text_lane(DemonstrationText(seed=seed, seconds=seconds, pace=Pace.RECORDED), settings),
    )
    fusion, unfit = own_fusion(settings)
    return Plan("Demonstration", Pace.RECORDED, lanes, SessionClock(), total_s=seconds, speed=speed, remarks=unfit, fusion=fusion)


def camera_source(spec: str, settings: Settings, clock: SessionClock) -> Source:
    """The camera of that name, number or URL, or the drawn one."""
    if spec == DEMONSTRATION:
        from capture.test_pattern import DemonstrationVideo  # noqa: PLC0415

        return DemonstrationVideo(seed=0, fps=settings.capture.camera_fps, seconds=None, pace=Pace.LIVE, now=clock.now)
    from capture.camera import Camera  # noqa: PLC0415

    return Camera(spec, settings.capture, clock.now)


def microphone_source(spec: str, settings: Settings, clock: SessionClock) -> Source:
    """The microphone of that name, or the synthesised voice."""
    if spec == DEMONSTRATION:
        from capture.test_pattern import DemonstrationSound  # noqa: PLC0415

        return DemonstrationSound(seed=0, seconds=None, pace=Pace.LIVE, now=clock.now)
    from capture.microphone import Microphone  # noqa: PLC0415

    return Microphone(spec, settings.capture, clock.now)


def face_lane(source: Source, settings: Settings) -> Lane:
    """Detection, tracking, expression."""
    return Lane(Modality.FACE, source, partial(_make_face_reader, settings), FRAMES_WAITING)


def voice_lane(source: Source, settings: Settings, baseline: VoiceBaseline | None = None) -> Lane:
    """Segments of speech, emotion, descriptors."""
    return Lane(Modality.VOICE, source, partial(_make_voice_reader, settings, baseline), CHUNKS_WAITING)


def fitting(baseline: VoiceBaseline | None, settings: Settings) -> tuple[VoiceBaseline | None, tuple[Failure, ...]]:
    """The baseline, if the chosen checkpoint can be used with it, and else why not; a checkpoint that is unfit is told by its lane."""
    if baseline is None:
        return None, ()
    from models.voice.baseline import misfit_with  # noqa: PLC0415

    try:
        why = misfit_with(resolve(Modality.VOICE, settings.voice.checkpoint), baseline)
    except AffectographError:
        return None, ()
    return (baseline, ()) if why is None else (None, (why,))


def own_fusion(settings: Settings) -> tuple[OwnFusion | None, tuple[Failure, ...]]:
    """The user's own learned fusion, where one is set and fit, and else why not; the rule-based index needs none."""
    if not settings.fusion.checkpoint:
        return None, ()
    from models.fusion.reader import FusionReader  # noqa: PLC0415  nothing of it is loaded until somebody has one

    try:
        folder = fusion_folder(settings.fusion.checkpoint)
        card = FusionReader(folder).card
    except AffectographError as error:
        return None, (error.failure,)
    return OwnFusion(folder, card.notes), ()


def text_lane(source: Source | None, settings: Settings) -> Lane:
    """Words; without a source they are typed."""
    return Lane(Modality.TEXT, source, partial(_make_text_reader, settings), TEXTS_WAITING)


def _make_face_reader(settings: Settings) -> Reader:
    from models.face.reader import FaceReader  # noqa: PLC0415  built on the worker's thread, loaded there as well

    return FaceReader(settings.face)


def _make_voice_reader(settings: Settings, baseline: VoiceBaseline | None = None) -> Reader:
    from models.voice.reader import VoiceReader  # noqa: PLC0415

    return VoiceReader(settings.voice, baseline=baseline)


def _make_text_reader(settings: Settings) -> Reader:
    from models.text.reader import TextReader  # noqa: PLC0415

    return TextReader(settings.text)


READERS: dict[Modality, Callable[[Settings], Reader]] = {
    Modality.FACE: _make_face_reader,
    Modality.VOICE: _make_voice_reader,
    Modality.TEXT: _make_text_reader,
}
"""How each lane's reader is built from the settings."""
