"""Our own words reach a person while libraries are hushed."""

import subprocess
import sys

from tests.fixtures.program import LIMIT_S, ROOT

SCRIPT = """
import os, sys
from core.native_stderr import hushed_stderr
from main import speak_past_libraries

speak_past_libraries()
with hushed_stderr():
    print("The camera was lost.", file=sys.stderr)
    os.write(2, b"ALSA lib pcm.c: Unknown PCM")
"""


def test_what_the_program_says_while_a_library_is_hushed_is_not_lost() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    assert done.stderr == "The camera was lost.\n"
