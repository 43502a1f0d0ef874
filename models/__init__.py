"""What turns a picture, a stretch of sound or a text into a reading."""
