"""Read the vendor's dialect of JSON Schema into the intermediate representation."""
