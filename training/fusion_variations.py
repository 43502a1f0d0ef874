"""What is trained beside the fusion to compare it with: each lane alone, each lane left out, quality untold, no attention."""

from typing import NamedTuple

from core.failures import Failure, WrongUse
from models.fusion.network import CONCATENATION, NetworkSettings
from models.fusion.packing import Layout

WHOLE = "attention"
"""The fusion itself."""


class Variation(NamedTuple):
    """The same network and data but for this. `left_out`: lanes that it never sees."""

    name: str
    left_out: tuple[str, ...] = ()
    concatenated: bool = False
    told_quality: bool = True

    def network(self, settings: NetworkSettings) -> NetworkSettings:
        """Its network."""
        return settings._replace(fusion=CONCATENATION if self.concatenated else settings.fusion, quality=self.told_quality)


def variations_of(layout: Layout, asked: tuple[str, ...]) -> tuple[Variation, ...]:
    """The fusion and those that are asked for, by name or "all"; raises WrongUse."""
    lanes = [lane.name for lane in layout.lanes]
    every = {WHOLE: Variation(WHOLE)}
    if len(lanes) > 1:
        for lane in lanes:
            every[f"{lane} alone"] = Variation(f"{lane} alone", tuple(one for one in lanes if one != lane))
    if len(lanes) > 2:
        every |= {f"no {lane}": Variation(f"no {lane}", (lane,)) for lane in lanes}
    every["no quality input"] = Variation("no quality input", told_quality=False)
    every["concatenation"] = Variation("concatenation", concatenated=True)
    if asked == ("all",):
        return tuple(every.values())
    for name in asked:
        if name not in every:
            raise WrongUse(
                Failure(f"“{name}” is none of the variations.", f"There are {', '.join(every)}, or all.", "Correct validation.variations.")
            )
    return tuple(variation for name, variation in every.items() if name == WHOLE or name in asked)
