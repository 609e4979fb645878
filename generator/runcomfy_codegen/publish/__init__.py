"""Write generated files, remember them in the manifest, and notice foreign or edited ones."""
