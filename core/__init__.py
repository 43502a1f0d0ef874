"""The vocabulary of the program and its pure decisions: standard library and numpy only, no thread, no file."""
