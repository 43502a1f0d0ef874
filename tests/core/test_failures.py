"""Failures in words, and errors that carry them."""

import pytest

from core import failures
from core.failures import AffectographError, Failure

KINDS = [kind for kind in vars(failures).values() if isinstance(kind, type) and issubclass(kind, AffectographError)]


def test_a_failure_says_what_why_and_what_to_do():
    assert str(Failure("The camera is busy.", "Another program uses it.", "Close that program.")) == (
        "The camera is busy. Another program uses it. Close that program."
    )


def test_what_is_not_known_leaves_no_hole():
    assert str(Failure("The camera is gone.", "", "Plug it in.")) == "The camera is gone. Plug it in."


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_carries_its_failure_and_reads_like_it(kind):
    failure = Failure("What.", "Why.", "Do.")
    error = kind(failure)
    assert error.failure is failure
    assert str(error) == "What. Why. Do."


def test_an_unreadable_file_is_a_source_that_is_not_available():
    assert issubclass(failures.MediaUnreadable, failures.SourceUnavailable)
