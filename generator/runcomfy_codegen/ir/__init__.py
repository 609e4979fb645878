"""The intermediate representation of an endpoint, and the values that fit it."""
