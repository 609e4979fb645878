"""The long proofs, one table: `python -m tests.proof` runs all, `python -m tests.proof NAME COUNT` one.

Each module named in `__main__.PARTS` has `main(count) -> rows` and `FULL`, its count in `make proof`.
"""
