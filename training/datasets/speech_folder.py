"""Speech for training from a folder, whatever form it has: with a manifest, or a corpus as its makers publish it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.failures import DataUnfit, Failure
from core.labels import Emotion
from training.datasets.speech_forms import FORMS, SOUND_SUFFIXES, Form
from training.datasets.speech_manifest import MANIFEST, VOICE_CLASSES, Clip, load_clips, manifest_rows

LOSSY = frozenset({"tess"})
"""Left out of a manifest that has other corpora: it is heavily compressed there (speech_manifest.UNCOMPRESSED)."""

LEAST_RECOGNISED = 0.9
"""Share of a folder's sound files that must have names of one corpus, or of several: with fewer it is something else."""


def load_speech_folder(folder: Path, emotions: Sequence[Emotion] = VOICE_CLASSES) -> list[Clip]:
    """The clips of these classes below `folder`: by its manifest, else by the file names of a known corpus; raises DataUnfit."""
    if not folder.is_dir():
        raise _unfit(folder, "There is no such folder.", "Check its name.")
    if (folder / MANIFEST).is_file():
        corpora = {row["corpus"] for row in manifest_rows(folder)}
        clips = load_clips(folder, sorted(corpora - LOSSY or corpora), emotions)
    else:
        clips = [clip for clip in official_clips(folder) if clip.emotion in emotions]
    if not clips:
        raise _unfit(folder, f"It holds no speech of {', '.join(emotions)}.", "Choose other classes with --emotions, or other data.")
    return clips


def official_clips(folder: Path) -> list[Clip]:
    """Every clip whose name a corpus's form explains, in a fixed order; a file that lies in two places is taken once. Raises DataUnfit."""
    sounds = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUND_SUFFIXES and not path.name.startswith("."))
    if not sounds:
        raise _unfit(folder, f"It holds neither {MANIFEST} nor a sound file.", "Check the name, or unpack the corpus first.")
    once = {path.name: path for path in reversed(sounds)}
    read = [(path, form, said) for path in sorted(once.values()) for form in FORMS if (said := form.read(path)) is not None]
    if len(read) < LEAST_RECOGNISED * len(once):
        strange = next(path for path in sorted(once.values()) if all(path != known for known, _, _ in read))
        titles = ", ".join(form.title for form in FORMS)
        raise _unfit(
            folder,
            f"{len(once) - len(read)} of {len(once)} sound files have names that tell no emotion, such as {strange.name}.",
            f"Give a corpus with its own file names ({titles}), or write a {MANIFEST} with the columns path, speaker, emotion.",
        )
    return [
        Clip(path, form.corpus, f"{form.corpus}_{said.speaker}", said.sex, said.emotion)
        for path, form, said in read
        if said.emotion is not None
    ]


def described(clips: Sequence[Clip]) -> str:
    """What was found, in one line for the terminal."""
    counts = Counter(clip.emotion for clip in clips)
    people = len({clip.speaker for clip in clips})
    corpora = ", ".join(_title(corpus) for corpus in sorted({clip.corpus for clip in clips}))
    return f"{len(clips)} clips of {people} speakers ({corpora}): " + ", ".join(f"{emotion} {count}" for emotion, count in counts.items())


def _title(corpus: str) -> str:
    known: dict[str, Form] = {form.corpus: form for form in FORMS}
    return known[corpus].title if corpus in known else corpus


def _unfit(folder: Path, why: str, what_to_do: str) -> DataUnfit:
    return DataUnfit(Failure(f"The data in {folder} cannot be used.", why, what_to_do))
