"""Speech in the forms in which its makers publish it, and data that cannot be used."""

import numpy as np
import pytest
import soundfile

from capture.audio_files import read_sound
from core.failures import DataUnfit, MediaUnreadable, WrongUse
from core.labels import EMOTIONS, Emotion
from training.datasets.emotion_words import chosen_emotions
from training.datasets.speech_folder import described, load_speech_folder, official_clips
from training.datasets.speech_manifest import load_clips, speaker_folds

OFFICIAL = {
    "RAVDESS": {
        "Actor_01/03-01-05-02-01-01-01.wav": ("ravdess", "ravdess_01", "M", Emotion.ANGER),
        "Actor_02/03-01-02-01-02-01-02.wav": ("ravdess", "ravdess_02", "F", Emotion.NEUTRAL),
        "Actor_02/03-01-08-01-02-01-02.wav": ("ravdess", "ravdess_02", "F", Emotion.SURPRISE),
        "Actor_02/03-02-05-01-02-01-02.wav": None,  # sung
        "audio_speech_actors_01-24/Actor_01/03-01-05-02-01-01-01.wav": None,  # the same once more
    },
    "EMO-DB": {
        "wav/03a01Wa.wav": ("emodb", "emodb_03", "M", Emotion.ANGER),
        "wav/08b10Fd.wav": ("emodb", "emodb_08", "F", Emotion.HAPPINESS),
        "wav/16a05Tb.wav": ("emodb", "emodb_16", "F", Emotion.SADNESS),
        "wav/16a05Lb.wav": None,  # boredom
    },
    "CREMA-D": {
        "AudioWAV/1001_DFA_ANG_XX.wav": ("crema-d", "crema-d_1001", "M", Emotion.ANGER),
        "AudioWAV/1002_IEO_SAD_HI.wav": ("crema-d", "crema-d_1002", "F", Emotion.SADNESS),
        "AudioWAV/1002_IEO_NEU_XX.wav": ("crema-d", "crema-d_1002", "F", Emotion.NEUTRAL),
    },
    "TESS": {
        "OAF_angry/OAF_back_angry.wav": ("tess", "tess_OAF", "F", Emotion.ANGER),
        "YAF_pleasant_surprised/YAF_back_ps.wav": ("tess", "tess_YAF", "F", Emotion.SURPRISE),
        "OAF_neutral/OA_bite_neutral.wav": ("tess", "tess_OAF", "F", Emotion.NEUTRAL),
    },
}


def make(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def write_manifest(folder, *rows, header="path,corpus,speaker,sex,emotion"):
    (folder / "manifest.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("title", OFFICIAL)
def test_a_corpus_is_known_by_its_file_names(tmp_path, title):
    make(tmp_path, OFFICIAL[title])
    (tmp_path / "VideoDemographics.csv").write_text("ActorID,Age,Sex,Race,Ethnicity\n1001,51,Male,x,y\n1002,21,Female,x,y\n")
    clips = load_speech_folder(tmp_path)
    found = [(clip.corpus, clip.speaker, clip.sex, clip.emotion) for clip in clips]
    assert sorted(found) == sorted(row for row in OFFICIAL[title].values() if row)
    assert all(clip.path.is_file() for clip in clips)
    assert title in described(clips)


def test_fear_and_disgust_are_there_for_who_asks(tmp_path):
    make(tmp_path, ["03-01-06-01-01-01-03.wav", "03-01-07-01-01-01-03.wav", "03-01-01-01-01-01-03.wav"])
    assert [clip.emotion for clip in official_clips(tmp_path)] == [Emotion.NEUTRAL, Emotion.FEAR, Emotion.DISGUST]
    assert [clip.emotion for clip in load_speech_folder(tmp_path)] == [Emotion.NEUTRAL]
    assert [clip.emotion for clip in load_speech_folder(tmp_path, EMOTIONS)] == [Emotion.NEUTRAL, Emotion.FEAR, Emotion.DISGUST]


@pytest.mark.data
def test_the_official_names_tell_what_the_manifest_tells(shared_data):
    listed = {clip.path: clip for clip in load_clips(shared_data / "speech", None)}
    for corpus in ("ravdess", "emodb", "tess"):
        named = load_speech_folder(shared_data / "speech" / corpus)
        assert {clip.path: clip for clip in named} == {path: clip for path, clip in listed.items() if clip.corpus == corpus}


def test_a_manifest_of_ones_own_is_taken_and_the_compressed_corpus_only_alone(tmp_path):
    make(tmp_path, ["a.wav", "b.opus"])
    write_manifest(tmp_path, "a.wav,anna,Anger", "a.wav,anna,sad", header="path,speaker,emotion")
    assert [(clip.corpus, clip.sex, clip.emotion) for clip in load_speech_folder(tmp_path)] == [
        ("own", "", Emotion.ANGER),
        ("own", "", Emotion.SADNESS),
    ]
    write_manifest(tmp_path, "a.wav,own,anna,F,angry", "b.opus,tess,OAF,F,angry")
    assert [clip.path.name for clip in load_speech_folder(tmp_path)] == ["a.wav"]
    write_manifest(tmp_path, "b.opus,tess,OAF,F,angry")
    assert [clip.path.name for clip in load_speech_folder(tmp_path)] == ["b.opus"]


def missing_files(folder):
    make(folder, ["a.wav"])
    return write_manifest(folder, "a.wav,own,anna,F,angry", "b.wav,own,anna,F,sad", "sub/c.wav,own,bert,M,sad")


BAD = {
    "no folder": (lambda folder: folder / "none", "There is no such folder"),
    "nothing in it": (lambda folder: folder, "neither manifest.csv nor a sound file"),
    "holiday sounds": (lambda folder: make(folder, ["sea.wav", "wind.mp3"]), "2 of 2 sound files have names that tell no emotion"),
    "files missing": (missing_files, r"names 2 of 3 files that are not there, such as b.wav, sub/c.wav"),
    "unknown emotion": (lambda folder: write_manifest(make(folder, ["a.wav"]), "a.wav,own,anna,F,bliss"), "does not know: bliss"),
    "no column": (lambda folder: write_manifest(folder, "a.wav,anna", header="path,speaker"), "has no column emotion"),
    "no rows": (write_manifest, "lists nothing"),
    "no text": (lambda folder: (folder / "manifest.csv").write_bytes(b"\xff\xfe\x00\x01") and folder, "cannot be read"),
    "only fear": (lambda folder: make(folder, ["03-01-06-01-01-01-03.wav"]), "holds no speech of anger"),
}


@pytest.mark.parametrize("fault", BAD)
def test_data_that_cannot_be_used_is_told(tmp_path, fault):
    build, told = BAD[fault]
    with pytest.raises(DataUnfit, match=told):
        load_speech_folder(build(tmp_path))


def test_one_speaker_is_too_few_and_few_speakers_make_fewer_folds(tmp_path):
    names = [f"03-01-0{emotion}-01-01-01-{actor:02d}.wav" for actor in range(1, 5) for emotion in (1, 5)]
    make(tmp_path, names)
    clips = load_speech_folder(tmp_path)
    assert [len(fold) for fold in speaker_folds(clips, 5, seed=1)] == [1, 1, 1, 1]
    with pytest.raises(DataUnfit, match="All speech is of one speaker, “ravdess_01”"):
        speaker_folds([clip for clip in clips if clip.speaker == "ravdess_01"], 5, seed=1)
    with pytest.raises(DataUnfit, match="There are only 2 speakers"):
        speaker_folds([clip for clip in clips if clip.speaker <= "ravdess_02"], 5, seed=1)


def test_classes_are_chosen_among_those_that_are_there():
    there = {Emotion.SADNESS, Emotion.ANGER, Emotion.FEAR}
    assert chosen_emotions([], there) == (Emotion.ANGER, Emotion.FEAR, Emotion.SADNESS)
    assert chosen_emotions(["sad", "Anger"], there) == (Emotion.ANGER, Emotion.SADNESS)
    with pytest.raises(DataUnfit, match=r"The data has no happiness\. It has anger, fear, sadness"):
        chosen_emotions(["happy", "sad"], there)
    with pytest.raises(DataUnfit, match="only one class, sadness"):
        chosen_emotions([], {Emotion.SADNESS})
    with pytest.raises(DataUnfit, match="only one class"):
        chosen_emotions(["sad"], there)
    with pytest.raises(WrongUse, match="“bliss” is no emotion"):
        chosen_emotions(["bliss"], there)


@pytest.mark.parametrize(
    ("rate", "channels", "name"), [(44_100, 2, "a.wav"), (8_000, 1, "a.flac"), (48_000, 1, "a.ogg"), (16_000, 1, "a.aiff")]
)
def test_sound_of_any_form_and_rate_is_16_khz_mono(tmp_path, rate, channels, name):
    time = np.arange(rate) / rate
    tone = 0.3 * np.sin(2 * np.pi * 440 * time)
    soundfile.write(tmp_path / name, np.repeat(tone[:, None], channels, axis=1), rate)
    samples = read_sound(tmp_path / name)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(16_000, rel=0.01)
    spectrum = np.abs(np.fft.rfft(samples[2000:14_000]))
    assert spectrum.argmax() * 16_000 / 12_000 == pytest.approx(440, abs=3)
    assert samples[2000:14_000].std() == pytest.approx(0.3 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("content", [b"", b"RIFF\x10\x00\x00\x00WAVE", b"not sound at all" * 10], ids=["empty", "cut off", "text"])
def test_sound_that_cannot_be_read_is_told(tmp_path, content):
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(MediaUnreadable):
        read_sound(tmp_path / "a.wav")
