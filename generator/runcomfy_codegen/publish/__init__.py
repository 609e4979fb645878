"""Write generated files, record them in the manifest, and find files that others wrote or edited."""
