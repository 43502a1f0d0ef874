"""How the shipped checkpoints are made and measured."""
