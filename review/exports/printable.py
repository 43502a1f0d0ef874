"""Letters that a format cannot hold."""

import re

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(words: str) -> str:
    """`words` with the replacement sign for what XML 1.0 does not allow."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", words)


def on_one_line(words: str) -> str:
    """`words` with a space for every break of a line."""
    return " ".join(words.split())
