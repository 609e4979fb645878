"""The normalised schemas as documents for other tools: OpenAPI and JSON Schema."""
