"""Previews of installed datasets: rows, and figures for plots. Read in the sandbox: a dataset is foreign content.

`shared.preview.tasks:read_page` and `:read_figures` are the functions for `run_sandboxed`.
"""
