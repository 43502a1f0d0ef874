"""The networks of the voice, one readable file each (Keras; imported by training and its tests only)."""
