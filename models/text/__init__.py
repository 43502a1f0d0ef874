"""The text lane: words into numbers, the linear model, the reader."""
