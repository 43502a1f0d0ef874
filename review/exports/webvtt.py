"""WebVTT (https://www.w3.org/TR/webvtt1/): what each lane resembled, as captions beside a recording."""

from pathlib import Path

from core.session_stream import SessionStream
from core.settings import REVIEW_DEFAULTS, ReviewSettings
from review.annotations import annotations
from review.exports.printable import on_one_line
from review.exports.whole_file import whole_file

NOTE = "An expression is not a feeling: “resembled” says what it looked or sounded like. Not a diagnosis."


def write_webvtt(path: Path, session: SessionStream, settings: ReviewSettings = REVIEW_DEFAULTS) -> None:
    """Write it, whole or not at all; raises OutputUnwritable. Each cue is spoken by its tier (`<v Face>`)."""
    cues = sorted((one.starts_at, tier, one) for tier, found in annotations(session, settings).items() for one in found)
    with whole_file(path) as stream:
        stream.write(f"WEBVTT - Affectograph, session {session.info.id}\n\nNOTE {NOTE}\n")
        for number, (_, tier, cue) in enumerate(cues, 1):
            spoken = f"<v {tier}>{_escaped(cue.words)}</v>"
            stream.write(f"\n{number}\n{_time(cue.starts_at)} --> {_time(cue.ends_at)}\n{spoken}\n")


def _time(seconds: float) -> str:
    """01:02:03.456."""
    thousandths = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _escaped(words: str) -> str:
    """One line: an empty one would end the cue, and an arrow would be taken for times."""
    return on_one_line(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
