"""Speed and memory, measured: ratios against a peer in the same run, medians of interleaved rounds. Never a test."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does
