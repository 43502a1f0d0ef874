"""Collecting a personal data set: prompts, consent, takes and their folder."""
