"""Threads live here: pumps, workers, the scribe, and the wiring of lanes."""
