"""The transport: effects, the two drivers that perform them, connections and their limits."""
