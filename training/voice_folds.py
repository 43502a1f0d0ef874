"""The voice's folds by speaker: what each fold's discriminants say of strangers, and how that grows with the speakers learned from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.voice.classifier import mean_of_known
from models.voice.networks.statistics_lda import about_centres, answers, standardised
from training.leaks import require_no_leak
from training.run_log import RunLog
from training.voice_conditions import CONDITIONS
from training.voice_figures import Said, Task
from training.voice_learning import Learned, trained
from training.voice_material import CLEAN, Material
from training.voice_run import FoldRun, VoiceRun

SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of a fold's training speakers, for the learning curve."""


def said_by(made: Learned, task: Task, asked: NDArray[np.bool_], versions: Sequence[str] = (CLEAN, *CONDITIONS)) -> tuple[Said, Said]:
    """What the discriminants say of the clips `asked` (C,), compared with all people, and of those outside the baselines about these."""
    material = task.material
    of_all, of_person = {}, {}
    for version in versions:
        rows = np.flatnonzero((material.versions == version) & asked[material.clips])
        centres = np.full_like(material.values[rows], np.nan)
        speakers = task.people.speakers[material.clips]
        for speaker in np.unique(speakers[rows]):
            baseline = (speakers == speaker) & (material.versions == version) & task.baselines[material.clips]
            centres[speakers[rows] == speaker] = mean_of_known(material.values[baseline]) if baseline.any() else np.nan
        said = answers(made.of_all, standardised(material.values[rows], made.scale), task.kept)
        of_all[version] = per_clip(said, material, rows, len(task.clips))
        centred = np.isfinite(centres).any(axis=1) & ~task.baselines[material.clips[rows]]
        said = answers(made.of_person, about_centres(material.values[rows[centred]], centres[centred], made.scale), task.kept)
        of_person[version] = per_clip(said, material, rows[centred], len(task.clips))
    return of_all, of_person


def per_clip(outputs: NDArray[np.float64], material: Material, rows: NDArray[np.int64], clips: int) -> NDArray[np.float64]:
    """The mean of a clip's segments, weighted by their lengths: (C, K), NaN for clips without any."""
    total, weight = np.zeros((clips, outputs.shape[1])), np.zeros((clips, 1))
    np.add.at(total, material.clips[rows], outputs * material.lengths[rows, np.newaxis])
    np.add.at(weight, material.clips[rows], material.lengths[rows, np.newaxis])
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def one_fold(task: Task, fold: frozenset[str], seed: int) -> FoldRun:
    """All speakers but the fold's are learned from; it is tested on these."""
    strangers = np.isin(task.people.speakers, list(fold))
    return FoldRun(*said_by(trained(task.material, task.people, ~strangers, seed), task, strangers & task.asked))


def cross_validated(task: Task, folds: Sequence[frozenset[str]], seed: int, run: VoiceRun) -> tuple[Said, Said]:
    """Every clip said by what the fold made that has not heard its speaker; raises LeakFound. The log's steps are the folds."""
    require_no_leak("speaker", {f"fold {number}": fold for number, fold in enumerate(folds, 1)})
    merged: tuple[dict[str, NDArray[np.float64]], ...] = ({}, {})
    log = RunLog(run.folder)
    for number, fold in enumerate(folds):
        one = run.kept(number)
        if one is None:
            one = one_fold(task, fold, seed)
            run.keep(number, one)
        strangers = np.isin(task.people.speakers, list(fold))
        for whole, part in zip(merged, one, strict=True):
            for version, said in part.items():
                known = whole.setdefault(version, np.full_like(said, np.nan))
                known[strangers] = said[strangers]
        recalls = [recall(task, part) for part in one]
        log.add(number + 1, uar=recalls[0], uar_with_baseline=recalls[1])
        print(f"fold {number + 1}/{len(folds)}: UAR of unseen speakers {recalls[0]:.3f}, with a baseline {recalls[1]:.3f}", flush=True)
        run.tell_time_left(number, len(folds))
    return merged[0], merged[1]


def recall(task: Task, said: Said) -> float:
    """The mean over the classes of the share of clean clips that was told right; NaN where nothing was said."""
    known = np.isfinite(said[CLEAN][:, 0])
    labels = task.people.labels[known]
    right = said[CLEAN][known].argmax(axis=1) == labels
    return float(np.mean([right[labels == one].mean() for one in np.unique(labels)])) if known.any() else float("nan")


def learning_curve(task: Task, folds: Sequence[frozenset[str]], seed: int, run: VoiceRun) -> None:
    """Log how the recall of unseen and of learned speakers goes with how many are learned from; the steps are their mean number a fold."""
    log = RunLog(run.curve)
    for share in SHARES:
        points = [_curve_point(task, fold, share, [seed, number], seed) for number, fold in enumerate(folds)]
        values = {name: float(np.mean([one[name] for one in points])) for name in points[0]}
        log.add(round(values.pop("speakers")), **values)
        print(f"learned from {share:.0%} of the speakers: UAR of unseen ones {values['val_uar']:.3f}", flush=True)


def _curve_point(task: Task, fold: frozenset[str], share: float, chance: Sequence[int], seed: int) -> dict[str, float]:
    """What `share` of the speakers outside a fold make of it, and of themselves."""
    learners = part_of_speakers(task, fold, share, np.random.default_rng(chance))
    heard, strangers = (np.isin(task.people.speakers, list(some)) for some in (learners, fold))
    made = trained(task.material, task.people, heard, seed)
    values = {"speakers": float(len(learners))}
    for name, clips in (("", heard), ("val_", strangers)):
        of_all, of_person = said_by(made, task, clips & task.asked, (CLEAN,))
        values |= {f"{name}uar": recall(task, of_all), f"{name}uar_with_baseline": recall(task, of_person)}
    return values


def part_of_speakers(task: Task, fold: frozenset[str], share: float, random: np.random.Generator) -> frozenset[str]:
    """A share of each corpus's speakers outside the fold, at least one; with the same chance a larger share holds a smaller one."""
    corpora = sorted({clip.corpus for clip in task.clips})
    outside = [sorted({clip.speaker for clip in task.clips if clip.corpus == corpus} - fold) for corpus in corpora]
    mixed = [random.permutation(speakers) for speakers in outside if speakers]
    return frozenset(str(one) for speakers in mixed for one in speakers[: max(1, round(share * len(speakers)))])
