"""One file per command; `_app` lists them."""
