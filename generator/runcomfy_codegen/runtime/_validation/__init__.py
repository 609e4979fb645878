"""Request classes: strict checks with the semantics of JSON, and one error with all problems."""
