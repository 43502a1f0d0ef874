"""Session results in other formats."""
