"""One set of numbers for screen and paper: summaries, chart series, files out. No Qt."""
