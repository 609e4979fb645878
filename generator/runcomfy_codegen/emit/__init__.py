"""Turn the intermediate representation into Python: modules, annotations, docstrings, layout."""
