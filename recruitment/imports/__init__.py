"""Reading a branch's own ledger from Excel or CSV: pure functions, free of rows, requests and clocks.

``reading`` opens a file in a child process, ``headers`` and ``fields`` find out which column is what, ``rows`` turns
text into typed values with problems named by row and column.
"""
