"""Long proofs: each module is one, `main(count)` gives its rows of the table (`make proof`)."""
