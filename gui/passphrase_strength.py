"""How long a passphrase would withstand guessing, in words. No Qt here."""

from store.vault import SHORTEST_PASSPHRASE

GUESSES_PER_S = 4000.0
"""A thousand processor cores, each 0.25 s a guess (measured for `store.key_file.COST`)."""

MOST_LETTERS = 100
"""What follows is not looked at: the estimate takes the square of the length, and 100 letters are enough."""

_UNITS = ((1.0, "seconds"), (60.0, "minutes"), (3600.0, "hours"), (86_400.0, "days"), (31_557_600.0, "years"))
_CENTURY_S = 100 * 31_557_600.0


def hint(passphrase: str) -> str:
    """A sentence for below the field; "" for an empty one."""
    if not passphrase:
        return ""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        return f"Too short: {SHORTEST_PASSPHRASE} letters are the least. Four or five unrelated words are good."
    return f"A thousand processor cores would find it in {_in_words(seconds_to_guess(passphrase))}."


def seconds_to_guess(passphrase: str) -> float:
    """By the patterns that people use and that are tried first (Wheeler 2016, zxcvbn)."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its dictionaries take 0.2 s

    return float(zxcvbn(passphrase[:MOST_LETTERS], max_length=MOST_LETTERS)["guesses"]) / GUESSES_PER_S


def _in_words(seconds: float) -> str:
    if seconds >= _CENTURY_S:
        return "more than a century"
    size, unit = next(pair for pair in reversed(_UNITS) if seconds >= pair[0] or pair[0] == 1.0)
    return f"about {max(1, round(seconds / size))} {unit}"
