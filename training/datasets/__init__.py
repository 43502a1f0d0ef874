"""Loaders of the training data, each yielding arrays and their groups."""
