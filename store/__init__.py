"""Sessions on disk: the schema, its one writer and its readers."""
