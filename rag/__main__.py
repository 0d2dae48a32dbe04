"""`python -m rag` indexes, searches and asks: the commands of `wenbao`, for those who prefer it."""

import runpy

runpy.run_module("ui", run_name="__main__")
