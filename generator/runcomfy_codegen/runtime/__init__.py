"""The hand-written part of the SDK: every module beside this one is published verbatim."""
