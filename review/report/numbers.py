"""Numbers as a report writes them."""

NO_BREAK = "\N{NO-BREAK SPACE}"


def clock_time(seconds: float) -> str:
    """75 is 1:15, 3675 is 1:01:15."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def signed(number: str) -> str:
    """A number with a minus sign that is as wide as a plus."""
    return number.replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """A share as a whole percentage; what is neither nothing nor all is never shown as such."""
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    return f">{NO_BREAK}99{NO_BREAK}%" if 0.995 <= share < 1 else f"{share * 100:.0f}{NO_BREAK}%"
