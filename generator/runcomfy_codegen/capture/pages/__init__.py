"""Read a saved API page into the facts of an endpoint."""
