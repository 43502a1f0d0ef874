"""docs/model-cards.md, written from the cards: `python -m training.model_cards` (`make cards` refreshes the cards first).

A checkpoint that runs stands in checkpoints/<modality>/<name>/card.json. A network that was trained and is not shipped, because it lost
or is too large, has its card in docs/figures/<modality>-<name>.json: the same keys, without "file" and "sha256" (`write_unshipped`).
Every entry of a card's "figures" that has "n" and "accuracy" becomes a row, wherever it is nested; its "groups" become rows below it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.labels import MODALITIES, Modality
from core.paths import CHECKPOINTS, PROGRAM_ROOT
from core.settings import Settings
from models.card import CARD_FILE
from models.checkpoints import ACCURATE_NAMES

PAGE = PROGRAM_ROOT / "docs" / "model-cards.md"
UNSHIPPED = PROGRAM_ROOT / "docs" / "figures"

HEAD = """# Model cards

Written by `make cards` from `checkpoints/*/*/card.json` and, for networks that were trained and are not shipped, from
`docs/figures/*.json`. Figures are 0 to 1, with intervals of 95 % in brackets; "always" is what saying the commonest class every time would
score. UAR is the mean recall of the classes, ECE the expected calibration error (15 bins; "by chance" is what it would be on so few items
were each answer right exactly as often as it says), coverage the share of items whose true class is in the label set that the monitor shows
(meant: 0.90). How to measure any of them yourself: `python -m training.evaluate --help`.

No model here says what a person feels, and none makes a diagnosis.
"""

LICENCE_MEANINGS: tuple[tuple[str, str], ...] = (
    ("BY-NC", "not for commercial use, and what is made from it neither"),
    ("no clear licence", "for research and education only; never passed on with the program"),
    ("no licence", "for research only; never passed on with the program"),
    ("research", "for research only"),
    ("Apache-2.0", "free also for commercial use, with the notice kept"),
    ("MIT", "free also for commercial use, with the notice kept"),
    ("CC BY 4.0", "free also for commercial use, with the name of the source"),
    ("CC0", "free for any use"),
)
"""What a licence that contains the words means for use; the first that fits counts."""

GROUPS: Mapping[Modality, tuple[str, ...]] = {
    Modality.FACE: ("sex", "age", "skin colour", "glasses, beards and scarves", "how the face is turned"),
    Modality.VOICE: ("sex", "age", "first language", "illness of the voice", "microphone"),
    Modality.TEXT: ("sex", "age", "first language", "first-person clinical writing"),
}
"""Between whom a model of this kind may differ; what no figures tell is "not tested"."""
GROUP_NAMES: Mapping[str, str | None] = {"F": "sex", "M": "sex", "ferplus": None, "haar": None}
"""What the names of groups in the figures stand for; None: another way to measure, and no group of people."""

MAIN_TESTS: Mapping[Modality, tuple[str, ...]] = {
    Modality.FACE: ("public_test",),
    Modality.VOICE: ("ravdess", "emodb"),
    Modality.TEXT: ("test",),
}
"""The entries of a card's figures that tell most, the first first."""
RECIPE = "training"
"""The entry of a card's figures that holds how it was trained."""

FIGURES = ("accuracy", "uar", "macro_f1")


def page() -> str:
    """The whole page."""
    cards = list(all_cards())
    return "\n".join([HEAD, *overview(cards), *(line for card in cards for line in section(card))]) + "\n"


def all_cards() -> Iterator[dict[str, Any]]:
    """The raw cards, lane by lane: the default first, then the others by name, then those that are not shipped."""
    for modality in MODALITIES:
        default = getattr(Settings(), modality).checkpoint
        shipped = [_read(path) for path in sorted((CHECKPOINTS / modality).glob(f"*/{CARD_FILE}"))]
        yield from sorted(shipped, key=lambda card: card["name"] != default)
        yield from (_read(path) for path in sorted(UNSHIPPED.glob(f"{modality}-*.json")))


def write_unshipped(card: Mapping[str, Any], folder: Path = UNSHIPPED) -> Path:
    """Keep the card of a network that is not shipped (keys of card.json, without "file" and "sha256"), and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{card['modality']}-{card['name']}.json"
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def unshipped(card: Mapping[str, Any], budget: str) -> dict[str, Any]:
    """A checkpoint's card as that of a network which is not shipped; `budget` says what it was given to learn from."""
    kept = {key: value for key, value in card.items() if key not in {"file", "sha256"}}
    notes = [f"Not shipped. {budget}: the figures are of this budget.", *card["notes"]]
    return kept | {"command": f"{card['command']} --not-shipped", "notes": notes}


def overview(cards: list[dict[str, Any]]) -> list[str]:
    """One row for the first figures of each model."""
    rows = [(card, *main_figures(card)) for card in cards]
    return [
        "| model | use | measured on | n | accuracy | UAR | macro-F1 | ECE | coverage | always |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(f"| [{_title(card)}](#{_anchor(card)}) | {use_of(card)} | {what} | {_numbers(one)} |" for card, what, one in rows),
        "",
    ]


def main_figures(card: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None]:
    """What the figures that tell most were measured on, and these."""
    found = dict(measured(card["figures"]))
    wanted = [name.replace("_", " ") for name in MAIN_TESTS[Modality(card["modality"])]]
    return next(((name, found[name]) for name in [*wanted, *found] if name in found), ("not measured", None))


def section(card: Mapping[str, Any]) -> Iterator[str]:
    """One model."""
    yield from (f"## {_title(card)}", "", f"{use_of(card).capitalize()}. {_made(card)}", "")
    yield "| data | licence | what that means |"
    yield "|---|---|---|"
    for source in card["data"]:
        if "licence" in source:
            told = ": ".join(str(source[key]) for key in ("name", "what") if key in source)
            by = f" ({source['source']})" if "source" in source else ""
            yield f"| {told}{by} | {source['licence']} | {meaning(source['licence'])} |"
    yield from ("", f"**Split.** {card['split'].rstrip('.')}.", "", f"**Made by** `{card['command']}` (seed {card['seed']}).", "")
    yield from _figures(card)
    yield from _believed(card)
    yield from (f"**Groups.** {groups_told(card)}", "", "**Limits and known failures.** Pictures of failures: none.", "")
    yield from (f"- {note}" for note in card["notes"])
    yield ""


def use_of(card: Mapping[str, Any]) -> str:
    """What the program does with it."""
    modality = Modality(card["modality"])
    if "file" not in card:
        return "trained, not shipped"
    if card["name"] == getattr(Settings(), modality).checkpoint:
        return "the default"
    return "accurate" if card["name"] == ACCURATE_NAMES.get(modality) else "selectable"


def meaning(licence: str) -> str:
    """What a licence means for use."""
    return next((said for words, said in LICENCE_MEANINGS if words.casefold() in licence.casefold()), "see the licence")


def measured(figures: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every entry with figures as (its path in words, the figures); the test before validation, groups after what they are of."""
    for name, one in sorted(figures.items(), key=lambda pair: pair[0].startswith("validation")):
        if not isinstance(one, Mapping):
            continue
        here = f"{path}{name.replace('_', ' ')}"
        if "n" in one and "accuracy" in one:
            yield here, one
            yield from measured(one.get("groups", {}), f"{here}: ")
        else:
            yield from measured(one, f"{here}, ")


def groups_told(card: Mapping[str, Any]) -> str:
    """Which groups were tested, and which were not."""
    found = {group for _, one in measured(card["figures"]) for group in one.get("groups", {})}
    tested = {named for group in found if (named := GROUP_NAMES.get(group, group.replace("_", " ")))}
    lacking = [group for group in GROUPS[Modality(card["modality"])] if group not in tested]
    return f"Tested: {', '.join(sorted(tested)) or 'none'}. Not tested: {', '.join(lacking) or 'none'}."


def _figures(card: Mapping[str, Any]) -> Iterator[str]:
    rows = list(measured(card["figures"]))
    if rows:
        yield "| measured on | n | accuracy | UAR | macro-F1 | ECE | coverage | always |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (f"| {what} | {_numbers(one)} |" for what, one in rows)
        yield ""
        yield from _classes(*main_figures(card))
    recipe = list(_plain(card["figures"].get(RECIPE, {})))
    if recipe:
        yield from ("Trained with: " + "; ".join(recipe) + ".", "")
    said = list(_plain({name: one for name, one in card["figures"].items() if name != RECIPE}))
    if said:
        yield from ("Also told: " + "; ".join(said) + ".", "")


def _classes(what: str, figures: Mapping[str, Any]) -> Iterator[str]:
    names = list(figures["per_class"])
    yield f"By class, on {what}; the last columns count what each class was taken for:"
    yield ""
    yield f"| class | n | recall | precision | F1 | {' | '.join(names)} |"
    yield "|---" * (5 + len(names)) + "|"
    for (name, one), row in zip(figures["per_class"].items(), figures["confusion"], strict=True):
        if one["n"]:
            scores = " | ".join(_number(one[key]) for key in ("recall", "precision", "f1"))
            yield f"| {name} | {one['n']} | {scores} | {' | '.join(map(str, row))} |"
    yield ""


def _believed(card: Mapping[str, Any]) -> Iterator[str]:
    """How the probabilities were calibrated, and how far they may be believed on the first test."""
    calibration = card.get("calibration", {})
    yield from (f"**Calibration**, fitted on validation: {_fitted(calibration)}.", "")
    if "with_baseline" in calibration:
        yield from (f"With the person's baseline: {_fitted(calibration['with_baseline'])}.", "")
    what, figures = main_figures(card)
    of = (figures or {}).get("calibration")
    if not of:
        return
    sets = of.get("label_sets")
    if sets:
        right = f", right in {_number(sets['accuracy_of_answered'])} of these" if sets["accuracy_of_answered"] is not None else ""
        alone = f"one class alone in {_number(sets['answered'])}{right}"
        yield f"On {what}, label sets hold {sets['mean_size']:.2f} classes on average; {alone}."
        yield ""
    kept = of["accuracy_coverage"]
    yield f"| answered, surest first | {' | '.join(format(one['kept'], '.0%') for one in kept)} |"
    yield "|---" * (1 + len(kept)) + "|"
    yield f"| accuracy | {' | '.join(_number(one['accuracy']) for one in kept)} |"
    yield f"| least top probability | {' | '.join(_number(one['least']) for one in kept)} |"
    yield ""
    bins = of["reliability"]
    yield f"| reliability: said | {' | '.join(_number(one['probability']) for one in bins)} |"
    yield "|---" * (1 + len(bins)) + "|"
    yield f"| right | {' | '.join(_number(one['accuracy']) for one in bins)} |"
    yield f"| items | {' | '.join(str(one['n']) for one in bins)} |"
    yield ""


def _fitted(calibration: Mapping[str, Any]) -> str:
    numbers = [f"{name.replace('_', ' ')} {calibration[name]}" for name in ("temperature", "entropy_slope", "bias") if name in calibration]
    conformal = calibration.get("conformal")
    if conformal:
        numbers.append(f"label sets hold classes of at least {conformal['threshold']:.3f} (for a coverage of {conformal['coverage']:g})")
    return "; ".join(numbers) or "none"


def _plain(figures: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What is neither an entry with figures nor below one, in words."""
    for name, one in figures.items():
        here = f"{path}{name.replace('_', ' ')}"
        if isinstance(one, Mapping):
            if "accuracy" not in one:
                yield from _plain(one, f"{here}, ")
        elif isinstance(one, list):
            yield f"{here} {', '.join(str(part) for part in one)}"
        else:
            yield f"{here} {one:g}" if isinstance(one, float) else f"{here} {one}"


def _numbers(figures: Mapping[str, Any] | None) -> str:
    """n, the figures with intervals, and the majority baseline, between bars."""
    if figures is None:
        return " | ".join([""] * 7)
    limits = figures.get("intervals", {})
    scores = [_number(figures.get(key)) + _interval(limits.get(key)) for key in FIGURES]
    always = figures["majority"]
    baseline = f"{_number(always['accuracy'])}, UAR {_number(always['uar'])}"
    coverage = _number(figures.get("coverage")) + _interval(limits.get("coverage"))
    by_chance = f" (by chance {_number(figures['ece_by_chance'])})" if "ece_by_chance" in figures else ""
    return " | ".join([str(figures["n"]), *scores, _number(figures.get("ece")) + by_chance, coverage, baseline])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(limits: list[float] | None) -> str:
    return "" if limits is None else f" ({limits[0]:.3f}–{limits[1]:.3f})"


def _made(card: Mapping[str, Any]) -> str:
    labels = ", ".join(card["labels"])
    size = f" Its file has {_size(card)}." if "file" in card else ""
    return f"Classes: {labels}. Input: {card['input']['kind']}.{size}"


def _size(card: Mapping[str, Any]) -> str:
    size = (CHECKPOINTS / card["modality"] / card["name"] / card["file"]).stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"


def _title(card: Mapping[str, Any]) -> str:
    return f"{card['modality'].capitalize()}: {card['name']}"


def _anchor(card: Mapping[str, Any]) -> str:
    return f"{card['modality']}-{card['name']}".lower()


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def main(page_file: Path = PAGE) -> None:
    """Write the page anew."""
    page_file.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
