"""How each of the face's networks is trained; a recipe is kept beside its run and in its card."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a run, beside the data.

    `crop_px`: training sees random squares of this side, validation and the program the whole picture (after Touvron et al.
    2019, arXiv:1906.06423, also cheaper). `teachers`: shipped face checkpoints whose mean probabilities take `teacher_share`
    of each target (Hinton et al. 2015, arXiv:1503.02531). `mixup`: the Beta parameter of Zhang et al. 2018,
    arXiv:1710.09412; 0 is off. `ema`: decay a step of the averaged weights that are validated and shipped; 0 is off.
    `emotions`: the classes (none: all that the data has). `patience`: epochs without a better validation after which it stops;
    0 is never. `pictures`: how many training pictures are used; 0 is all. `balance`: how far an epoch draws the classes alike: 0 takes
    each picture once, 1 takes every class equally often (a rare one's pictures many times), 0.5 is half way, by the root of the counts.
    `votes_head`: the weight of a second head, for training only, that learns the FER+ votes from the same features (Caruana 1997):
    the label's head is not drawn to what ten voters say instead; 0 is off. `votes_answer`: the share of the votes' head in what is
    validated and kept: a label is one rater's, and a network that follows labels alone learns their slips.
    `precision`: Keras's policy, as mixed_bfloat16.
    `whole_epochs`: afterwards the network learns for so many epochs from whole, unblended pictures, its rate falling from
    `whole_rate`: what the mean over the picture and its batch statistics are at a square of 40 pixels is not what they are at 48
    (section 4 of Touvron et al.); 0 is off.
    """

    network: str = "mini_xception"
    epochs: int = 40
    seed: int = 1
    batch: int = 64
    peak_rate: float = 2e-3
    last_rate: float = 1e-5
    warmup_epochs: float = 1.0
    weight_decay: float = 1e-3
    votes_share: float = 0.3
    smoothing: float = 0.05
    crop_px: int = 48
    mixup: float = 0.0
    ema: float = 0.0
    frozen_blocks: int = 0
    teachers: tuple[str, ...] = ()
    teacher_share: float = 0.5
    emotions: tuple[str, ...] = ()
    patience: int = 0
    pictures: int = 0
    balance: float = 0.0
    votes_head: float = 0.0
    votes_answer: float = 0.0
    precision: str = "float32"
    whole_epochs: int = 0
    whole_rate: float = 1e-4


RECIPES: dict[str, Recipe] = {
    "mini_xception": Recipe(),
    "small_resnet": Recipe(
        network="small_resnet",
        epochs=100,
        batch=128,
        peak_rate=4e-3,
        weight_decay=3e-2,
        crop_px=44,
        mixup=0.2,
        ema=0.998,
        teachers=("mobilenet_face",),
        teacher_share=0.5,
    ),
    "deep_resnet": Recipe(
        network="deep_resnet",
        epochs=80,
        batch=128,
        peak_rate=4e-3,
        weight_decay=3e-2,
        votes_share=0.0,
        crop_px=44,
        mixup=0.2,
        ema=0.998,
        teachers=("mobilenet_face",),
        teacher_share=0.5,
        votes_head=0.5,
        precision="mixed_bfloat16",
        whole_epochs=2,
    ),
    "mobilenet_face": Recipe(
        network="mobilenet_face",
        epochs=24,
        batch=128,
        peak_rate=1e-3,
        weight_decay=5e-2,
        votes_share=0.0,
        crop_px=40,
        mixup=0.2,
        ema=0.998,
        votes_head=0.5,
        whole_epochs=2,
    ),
    "mobilenet_small": Recipe(
        network="mobilenet_small",
        epochs=80,
        batch=128,
        peak_rate=2e-3,
        weight_decay=5e-2,
        votes_share=0.0,
        crop_px=44,
        mixup=0.1,
        ema=0.998,
        teachers=("mobilenet_face", "deep_resnet"),
        teacher_share=0.6,
        votes_head=0.5,
        votes_answer=0.3,
        whole_epochs=2,
    ),
    "frame_encoder": Recipe(network="frame_encoder", epochs=20, peak_rate=5e-4, weight_decay=2e-3),
    "resnet50v2": Recipe(network="resnet50v2", epochs=20, peak_rate=5e-4, weight_decay=2e-3),
}
"""By network; another network begins with the mini-Xception's."""
