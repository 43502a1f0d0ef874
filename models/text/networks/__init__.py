"""The text lane's networks in Keras, for training only."""
