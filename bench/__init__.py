"""Speed and memory, measured: ratios against a peer in the same run, medians of interleaved rounds. Never a test."""
