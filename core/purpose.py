"""What the program is used for: asked once, when it is set up."""

from enum import StrEnum

from core.failures import Failure, WrongUse


class Purpose(StrEnum):
    """What a person may say; the last one is refused."""

    CARE = "care"
    RESEARCH = "research"
    OWN_USE = "own use"
    MONITORING = "monitoring"


PURPOSE_WORDS = {
    Purpose.CARE: "Care: a professional with a patient or client",
    Purpose.RESEARCH: "Research: with people who have consented to it",
    Purpose.OWN_USE: "Own use: my own face, voice and words",
    Purpose.MONITORING: "To watch people at work, at school or in training",
}

REFUSED = Failure(
    "This program must not be used to watch people at work, at school or in training.",
    "What an expression shows is too uncertain to be held against anybody, and in the European Union it is forbidden "
    "(Regulation 2024/1689, article 5 (1) f).",
    "Choose another purpose, or end it.",
)


def permitted(purpose: Purpose) -> Purpose:
    """The same; raises WrongUse for what the program must not be used for."""
    if purpose is Purpose.MONITORING:
        raise WrongUse(REFUSED)
    return purpose
