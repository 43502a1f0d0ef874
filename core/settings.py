"""The program's settings: each a named value with its unit, its range and the reason for its default.

A group is a frozen dataclass of plain values (numbers, words, truth values), so that the window can draw it, a file can hold
it and a session can record it. Precedence: options, then environment, then the settings file, then the default.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from core.failures import Failure, WrongUse
from core.media import MediaKind
from core.purpose import Purpose

ENVIRONMENT_PREFIX = "AFFECTOGRAPH_"


def setting(
    default: Any,
    unit: str,
    why: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field with a default, the unit of its value (or ""), and the reason; `low`/`high` or `choices` bound it."""
    return field(default=default, metadata={"unit": unit, "why": why, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """Cameras, microphones and files."""

    camera_width_px: int = setting(640, "px", "the cascade and the network need no more, and decoding costs least", low=160, high=4096)
    camera_height_px: int = setting(480, "px", "as the width", low=120, high=4096)
    camera_fps: float = setting(30.0, "1/s", "what webcams deliver in room light", low=1, high=120)
    camera_open_timeout_ms: int = setting(3000, "ms", "FFmpeg's own 30 s leave a person waiting", low=200, high=60_000)
    camera_read_timeout_ms: int = setting(1500, "ms", "a stall this long is a lost camera", low=200, high=60_000)
    microphone_chunk_ms: int = setting(100, "ms", "ten wake-ups a second; pauses are found to 30 ms all the same", low=10, high=1000)
    microphone_starved_ms: int = setting(1500, "ms", "a driver that is silent this long has lost its device", low=200, high=60_000)
    microphone_waiting_ms: int = setting(2000, "ms", "sound kept for a consumer that is late; older sound is dropped", low=200, high=60_000)
    microphone_drift_ms: int = setting(100, "ms", "counted and real time may differ by a fifth of the fusion's step", low=20, high=1000)
    microphone_drift_for_ms: int = setting(1000, "ms", "late for this long is drift; for less, the machine was busy", low=100, high=10_000)
    microphone_zeros_ms: int = setting(5000, "ms", "exact zeros this long: muted, or its driver gives nothing", low=500, high=600_000)
    reconnect_first_s: float = setting(0.5, "s", "a loose cable is back at once", low=0.05, high=60)
    reconnect_most_s: float = setting(10.0, "s", "back-off doubles up to this", low=0.1, high=600)
    largest_picture_px: int = setting(7680 * 4320, "px", "8K; a header that says more is an attack or a fault", low=307_200, high=2**31 - 1)
    widest_frame_px: int = setting(
        1280, "px", "longer side; a face across the room in 1080p keeps 60 px, and larger pictures only cost", low=160, high=8192
    )
    file_time_back_s: float = setting(
        1.0, "s", "a picture's time that falls back further is a new start of the file's clock", low=0.05, high=60
    )
    file_sound_gap_ms: int = setting(
        80, "ms", "containers round by 1 ms and lose up to one 64-ms packet unseen; more is a gap", low=5, high=1000
    )


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """Detection, tracking and the expression network."""

    rate_hz: float = setting(30.0, "1/s", "every frame of a webcam; lower it on a slow machine", low=1, high=120)
    detector: str = setting(
        "tracking",
        "",
        "the cascade of OpenCV, following faces: 20 times cheaper than searching every frame, and as thorough",
        choices=("tracking", "cascade", "yunet"),
    )
    cascade: str = setting(
        "frontalface_default",
        "",
        "finds the most upright faces; the others find fewer false ones",
        choices=("frontalface_default", "frontalface_alt", "frontalface_alt2", "frontalface_alt_tree"),
    )
    yunet_file: str = setting("", "", "YuNet's model file cannot be shipped; a user may add it")
    smallest_face_px: int = setting(50, "px", "smaller faces hold no expression that the network could read", low=24, high=1000)
    checkpoint: str = setting("mobilenet_small", "", "the folder below checkpoints/face")
    smoothing_s: float = setting(
        0.5, "s", "the shortest expressions last that long (Ekman 2003); single frames are noisy", low=0.05, high=10
    )
    forget_s: float = setting(
        2.0, "s", "after an absence this long the average starts anew: two moments far apart are not one", low=0.1, high=60
    )
    primary_hold_s: float = setting(
        1.0, "s", "the measured face may be hidden this long (a hand, a turn) before another one takes its place", low=0.1, high=30
    )
    second_person_s: float = setting(1.0, "s", "a face that passes by is no second person", low=0.1, high=30)
    second_person_gone_s: float = setting(1.0, "s", "a second person who looks away for a moment is still there", low=0.1, high=30)
    second_person_share: float = setting(
        0.2, "", "of the measured face's area: smaller ones are pictures on the wall or people far behind", low=0, high=1
    )
    rest_s: float = setting(5.0, "s", "of a face at rest in a calibration: longer than an expression (0.5-4 s, Ekman 2003)", low=1, high=60)
    least_face_px: int = setting(48, "px", "the network's own resolution: below it there is nothing to read", low=16, high=1000)
    good_face_px: int = setting(96, "px", "twice the network's resolution: a larger face reads no better", low=16, high=2000)
    least_light: float = setting(30.0, "of 255", "the face's mean grey: 99 % of the learned faces have more than 49", low=0, high=255)
    good_light: float = setting(60.0, "of 255", "the darkest fiftieth of the learned faces begins here", low=0, high=255)
    dark_picture_light: float = setting(
        20.0,
        "of 255",
        "the whole picture's mean grey; no cascade finds a face in less, so that it is called dark and not empty",
        low=0,
        high=255,
    )
    least_contrast: float = setting(
        8.0, "of 255", "the face's spread of grey (SD); below it noise would be stretched to a face", low=0, high=128
    )
    good_contrast: float = setting(25.0, "of 255", "99 % of the faces the network learned from have more", low=0, high=128)
    least_sharpness: float = setting(
        0.02,
        "",
        "variance of the Laplacian over the variance of grey, at 48 px: a blur of 1.5 px leaves 0.024 (measured on FER2013)",
        low=0,
        high=10,
    )
    good_sharpness: float = setting(0.2, "", "99 % of the faces the network learned from have more (measured)", low=0, high=10)
    most_cut_off: float = setting(
        0.25, "", "share of the face beyond the picture's edge; with more, the mouth or the brow is missing", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """Speech segments and voice descriptors."""

    checkpoint: str = setting("statistics_lda", "", "a folder of checkpoints/voice; mlp_180 is the classic recipe, 20 points worse")
    vad_strictness: int = setting(2, "", "WebRTC's mode 0-3; 2 keeps quiet syllables and rejects most noise", low=0, high=3)
    speech_over_noise_db: float = setting(7.0, "dB", "measured: noise alone passes in 1 frame of 100, clear speech always", low=1, high=30)
    quietest_speech_dbfs: float = setting(
        -70.0, "dBFS", "a whisper into a laptop; below it lies the converter's own noise", low=-90, high=-20
    )
    noise_window_ms: int = setting(
        4000, "ms", "holds several pauses between syllables, and forgets a fan within seconds", low=1000, high=30_000
    )
    steady_db: float = setting(5.0, "dB", "speech swings by 20-30 dB between vowels and closures; hum and hiss by 1-3", low=0, high=20)
    speech_onset_ms: int = setting(90, "ms", "three frames on end; a click or a cough's start is shorter", low=30, high=500)
    shortest_speech_ms: int = setting(400, "ms", "two syllables; less gives no steady spectrum", low=100, high=5000)
    pause_ms: int = setting(400, "ms", "closures within words last up to 250 ms (Goldman-Eisler 1968)", low=150, high=3000)
    longest_segment_ms: int = setting(6000, "ms", "keeps the voice's curve alive while somebody talks on", low=2000, high=30_000)
    cut_search_ms: int = setting(1500, "ms", "a long speech is cut at the quietest point of this last stretch", low=100, high=5000)
    padding_ms: int = setting(120, "ms", "soft beginnings and endings lie below the threshold", low=0, high=400)
    time_jump_ms: int = setting(60, "ms", "more than a clock's correction: sound is missing", low=5, high=1000)
    silence_every_ms: int = setting(500, "ms", "as often as the index is made (fusion.step_s)", low=100, high=10_000)
    pause_window_s: float = setting(30.0, "s", "several sentences with the pauses between them", low=5, high=600)
    pause_least_s: float = setting(5.0, "s", "a share of less sound than this says nothing", low=1, high=60)
    good_snr_db: float = setting(20.0, "dB", "from here noise changes the spectrum's means little", low=5, high=60)
    poor_snr_db: float = setting(5.0, "dB", "quality 0: noise and voice weigh nearly the same", low=0, high=30)
    good_speech_ms: int = setting(1500, "ms", "about one phrase; shorter lowers the quality in proportion", low=400, high=10_000)
    slowest_speech_hz: float = setting(0.8, "1/s", "drawn-out speech has a syllable a second; music had 0.3", low=0.1, high=3)
    clipped_share: float = setting(
        0.02, "", "share of samples at full scale from which the spectrum is the clipping's own", low=0.0001, high=0.5
    )
    baseline_speech_s: float = setting(
        20.0, "s", "of ordinary speech: five segments or more, so that no single one decides what is usual", low=4, high=300
    )
    lowest_pitch_hz: float = setting(60.0, "Hz", "the deepest male voices", low=40, high=120)
    highest_pitch_hz: float = setting(500.0, "Hz", "excited female speech; above it lie shouts and song", low=200, high=800)


@dataclass(frozen=True, slots=True)
class TextSettings:
    """The text box."""

    checkpoint: str = setting("minilm", "", "a folder of checkpoints/text; tfidf_logistic is smaller, and five points of macro-F1 worse")
    least_words: int = setting(3, "words", "on one or two words the model is surer (0.81) than right (0.78)", low=1, high=50)
    full_quality_words: int = setting(12, "words", "the median entry that the model was trained on", low=1, high=200)
    least_known_share: float = setting(
        0.4, "", "of English entries, 99 % have over 0.6 known; German, French or Spanish ones 0.1-0.3", low=0, high=1
    )
    good_known_share: float = setting(
        0.75, "", "19 of 20 English entries have more; below it the share is told with the quality", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class FusionSettings:
    """How the lanes become one index."""

    step_s: float = setting(0.5, "s", "expressions last 0.5-4 s (Ekman 2003); finer steps repeat one another", low=0.1, high=10)
    patience_s: float = setting(1.0, "s", "live only: a lane that is later than this is not waited for", low=0.1, high=10)
    face_half_life_s: float = setting(
        15.0, "s", "several expressions of 0.5-4 s (Ekman 2003), and a change shows within the minute", low=1, high=600
    )
    voice_half_life_s: float = setting(30.0, "s", "several phrases with the pauses between them", low=1, high=600)
    text_half_life_s: float = setting(120.0, "s", "what was written stays true longer than a look", low=1, high=3600)
    face_least_s: float = setting(3.0, "s", "fresh and of full quality; shorter, one expression is the whole evidence", low=0.1, high=60)
    voice_least_s: float = setting(4.0, "s", "fresh and of full quality; about two phrases", low=0.1, high=60)
    text_least_words: float = setting(6.0, "words", "fresh and known; about one clause", low=1, high=200)
    face_longest_step_s: float = setting(
        1.0, "s", "a face reading stands for the time since the one before, at most for this long", low=0.1, high=10
    )
    decided_share: float = setting(
        0.5,
        "",
        "of a lane's weight: how decided its readings were; no more, because a network is surer of spoiled input (decision 11)",
        low=0,
        high=0.95,
    )
    face_sadness_weight: float = setting(0.7, "", "the network's class; the two below are also seen in attentive listeners", low=0, high=1)
    face_unsmiling_weight: float = setting(
        0.15, "", "fewer smiles at high severity (Girard 2014); also in anyone who listens", low=0, high=1
    )
    face_flatness_weight: float = setting(
        0.15, "", "less expressive in depression (Gaebel and Woelwer 2004); also in anyone who listens", low=0, high=1
    )
    face_happiness_usual: float = setting(
        0.2, "", "mean probability in friendly talk, below which smiles are missed; chosen, uncertain by 0.1", low=0.01, high=1
    )
    face_variation_usual: float = setting(
        0.25, "", "spread of probabilities in lively talk, below which a face is flat; chosen, uncertain by 0.1", low=0.15, high=1
    )
    face_variation_flat: float = setting(
        0.05, "", "spread that the noise of the network alone makes; chosen, uncertain by 0.03", low=0, high=0.14
    )
    voice_sadness_weight: float = setting(0.4, "", "the network's class; learned from actors, so less than half", low=0, high=1)
    voice_monotone_weight: float = setting(0.2, "", "reduced pitch variation (Mundt 2007; Cummins 2015)", low=0, high=1)
    voice_slow_weight: float = setting(0.15, "", "slower speech (Mundt 2007, 2012)", low=0, high=1)
    voice_pauses_weight: float = setting(0.15, "", "more and longer pauses (Mundt 2007, 2012)", low=0, high=1)
    voice_even_weight: float = setting(0.1, "", "reduced variation of loudness (Cummins 2015); depends on the room", low=0, high=1)
    pitch_sd_usual_semitones: float = setting(
        2.0, "semitones", "four of five neutral clips of RAVDESS and EMO-DB have more; uncertain by 0.7", low=1.5, high=12
    )
    pitch_sd_monotone_semitones: float = setting(
        1.0, "semitones", "one in four sad clips of EMO-DB has less; uncertain by 0.4", low=0, high=1.4
    )
    speech_rate_usual_hz: float = setting(
        3.0,
        "1/s",
        "syllable-like peaks; neutral clips have medians of 3.4 and 4.5, sad ones of 3.4 and 3.3; uncertain by 0.6",
        low=2.5,
        high=10,
    )
    speech_rate_slow_hz: float = setting(2.0, "1/s", "slower than 94 % of sad clips; uncertain by 0.4", low=0, high=2.4)
    pause_share_usual: float = setting(0.35, "", "of a person's own talk; who listens pauses too, so uncertain by 0.15", low=0, high=0.5)
    pause_share_marked: float = setting(0.75, "", "three quarters of silence; chosen, uncertain by 0.15", low=0.55, high=1)
    loudness_sd_usual_db: float = setting(
        6.0, "dB", "nine in ten neutral clips have more; sad actors did not differ, so uncertain by 2", low=5, high=30
    )
    loudness_sd_even_db: float = setting(3.0, "dB", "near that of a held vowel; chosen, uncertain by 1.5", low=0, high=4.5)
    text_fear_weight: float = setting(0.5, "", "anxiety goes with depressed mood often, and is not the same", low=0, high=1)
    text_happiness_weight: float = setting(0.5, "", "happy words beside sad ones lessen them, and do not undo them", low=0, high=1)
    face_sd: float = setting(
        0.45,
        "",
        "how far a face's evidence may be from a judge's, of 0-1: one lane alone makes the band an eighth narrower than knowing nothing",
        low=0.01,
        high=1,
    )
    voice_sd: float = setting(0.45, "", "as the face's; chosen, not measured", low=0.01, high=1)
    text_sd: float = setting(0.5, "", "more than the face's: irony, quotation, few words", low=0.01, high=1)
    prior_sd: float = setting(0.29, "", "knowing nothing: the spread of an even distribution over 0-1, 1/sqrt(12)", low=0.05, high=1)
    band_sd: float = setting(1.28, "", "half the band in standard deviations: a nominal 80 %, not validated", low=0.5, high=4)
    checkpoint: str = setting(
        "", "", "a folder of checkpoints/fusion that you trained on your own interviews; empty: no questionnaire is estimated"
    )


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """Summaries and files out."""

    block_s: float = setting(
        10.0, "s", "longer than an expression (0.5-4 s, Ekman 2003), so blocks are nearly independent", low=2, high=120
    )
    least_blocks: int = setting(
        6, "", "with fewer independent pieces a share's interval covers over three quarters of the scale", low=2, high=100
    )
    longest_step_s: float = setting(1.0, "s", "a reading stands for the time until the next one, at most for this long", low=0.1, high=10)
    spread_window_s: float = setting(1.0, "s", "the spread of a reading is taken over the readings of the last second", low=0.2, high=10)
    spread_least_readings: int = setting(5, "", "percentiles of fewer values are those values", low=3, high=1000)
    low_quality: float = setting(0.5, "", "below half of the best quality a reading is counted as poor", low=0, high=1)
    least_measured_s: float = setting(
        20.0, "s", "measured in a session that counts in a trend: a third of a one-minute log, forty moments of the index", low=1, high=3600
    )
    least_entries: int = setting(2, "entries", "of text in a session that counts in a trend; one sentence is one mood", low=1, high=100)
    baseline_days: int = setting(
        8, "days", "with good sessions, whose median is usual for the person: two months of weekly visits", low=5, high=20
    )
    least_interval_days: int = setting(3, "days", "Student's interval of two values spans 13 standard errors", low=3, high=30)


REVIEW_DEFAULTS = ReviewSettings()


@dataclass(frozen=True, slots=True)
class SafetySettings:
    """What is shown when somebody reports thoughts of death or self-harm."""

    contacts: str = setting(
        "In danger now: 112 (Europe), 911 (USA, Canada), 999 (UK). To talk: 988 (USA, Canada), 116 123 (UK, Ireland), "
        "0800 111 0 111 (TelefonSeelsorge, Germany).",
        "",
        "who can be called at any hour; put the numbers of your own place here",
    )


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """The record of people."""

    purpose: str = setting(
        "",
        "",
        "what the program is used for, asked once; watching people at work or at school is refused",
        choices=("", *(purpose for purpose in Purpose if purpose is not Purpose.MONITORING)),
    )
    log_face_rate_hz: float = setting(
        10.0, "1/s", "of a daily log: expressions last 0.5-4 s (Ekman 2003), and a month of logs takes a third of the time", low=1, high=120
    )
    keep_picture: bool = setting(True, "", "of live sessions of a person who has consented to “record”, and of nobody else")
    keep_sound: bool = setting(True, "", "as the picture")
    picture_quantiser: int = setting(
        6, "", "of MPEG-4: 2 is finest, 31 coarsest; at 6 a face looks as the camera showed it, at 0.3 to 0.7 GB an hour", low=2, high=31
    )
    disk_warning_gb: float = setting(5.0, "GB", "free; picture and sound of a working day fit into it", low=0, high=10_000)
    disk_least_gb: float = setting(
        1.0, "GB", "free; below it picture and sound are not kept, so that the numbers always can be", low=0, high=10_000
    )

    @property
    def kept(self) -> frozenset[MediaKind]:
        """What is kept of a session whose person has consented."""
        wanted = {MediaKind.PICTURE: self.keep_picture, MediaKind.SOUND: self.keep_sound}
        return frozenset(kind for kind, keep in wanted.items() if keep)


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """How it looks."""

    theme: str = setting("system", "", "follows the desktop", choices=("system", "light", "dark"))
    chart_seconds: float = setting(60.0, "s", "a minute shows a change of expression and the way to it", low=30, high=1800)
    label_margin: float = setting(0.05, "", "a rival's lead below this is noise, and a label that flickers is not read", low=0, high=1)
    label_hold_s: float = setting(0.4, "s", "expressions last 0.5-4 s (Ekman 2003); a shorter lead is not shown", low=0, high=5)
    class_map: bool = setting(False, "", "where the face's network looked, over the picture; it draws the eye from the person (key A)")


@dataclass(frozen=True, slots=True)
class LockSettings:
    """The lock of the store."""

    idle_min: float = setting(10.0, "min", "without a key or a click the window locks; a running session goes on", low=1, high=240)


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups; `with_values` makes a changed copy from words."""

    capture: CaptureSettings = CaptureSettings()
    face: FaceSettings = FaceSettings()
    voice: VoiceSettings = VoiceSettings()
    text: TextSettings = TextSettings()
    fusion: FusionSettings = FusionSettings()
    review: ReviewSettings = ReviewSettings()
    safety: SafetySettings = SafetySettings()
    record: RecordSettings = RecordSettings()
    display: DisplaySettings = DisplaySettings()
    lock: LockSettings = LockSettings()

    def names(self) -> Iterator[tuple[str, Field[Any], Any]]:
        """Every setting as ("group.name", its field, its value)."""
        for group in fields(self):
            values = getattr(self, group.name)
            for one in fields(values):
                yield f"{group.name}.{one.name}", one, getattr(values, one.name)

    def as_dict(self) -> dict[str, Any]:
        """{"group.name": value}, as stored beside a session."""
        return {name: value for name, _, value in self.names()}

    def of_a_log(self) -> "Settings":
        """Those with which a daily log is analysed."""
        return replace(self, face=replace(self.face, rate_hz=min(self.face.rate_hz, self.record.log_face_rate_hz)))

    def with_values(self, values: Mapping[str, Any], origin: str) -> "Settings":
        """A copy with `values` ({"group.name": word or value}); raises WrongUse, naming `origin`, for an unknown name or a bad value."""
        known = {name: one for name, one, _ in self.names()}
        changed = self
        for name, word in values.items():
            if name not in known:
                raise WrongUse(
                    Failure(
                        f"There is no setting “{name}”.",
                        f"It was given by {origin}.",
                        "`main.py doctor --settings` lists them all.",
                    )
                )
            group, _, key = name.partition(".")
            value = parse_value(name, known[name], word, origin)
            changed = replace(changed, **{group: replace(getattr(changed, group), **{key: value})})
        return changed


def parse_value(name: str, one: Field[Any], word: Any, origin: str) -> Any:
    """`word` as the field's own type, within its bounds; raises WrongUse otherwise."""
    kind: type = type(one.default)
    meta = one.metadata
    try:
        value = str(word).lower() in {"1", "true", "yes", "on"} if kind is bool else kind(word)
    except ValueError:
        raise WrongUse(
            Failure(f"“{word}” does not suit the setting {name}.", f"It wants a {_in_words(kind)} (from {origin}).", "")
        ) from None
    if meta["choices"] and value not in meta["choices"]:
        raise WrongUse(
            Failure(
                f"“{word}” does not suit the setting {name}.",
                f"It takes {', '.join(filter(None, meta['choices']))} (from {origin}).",
                "",
            )
        )
    low, high = meta["low"], meta["high"]
    if kind in (int, float) and ((low is not None and value < low) or (high is not None and value > high) or math.isnan(value)):
        bounds = " to ".join(str(b) for b in (low, high) if b is not None)
        raise WrongUse(
            Failure(
                f"{word} {meta['unit']} is out of range for the setting {name}.",
                f"It takes {bounds} (from {origin}).",
                "",
            )
        )
    return value


def environment_values(environment: Mapping[str, str]) -> dict[str, str]:
    """Settings named in the environment: AFFECTOGRAPH_FACE_RATE_HZ=10 is {"face.rate_hz": "10"}."""
    by_variable = {ENVIRONMENT_PREFIX + name.replace(".", "_").upper(): name for name, _, _ in Settings().names()}
    return {by_variable[variable]: word for variable, word in environment.items() if variable in by_variable}


def _in_words(kind: type) -> str:
    return {int: "whole number", float: "number", bool: "yes or no"}.get(kind, "word")
