"""HR's own roster from Excel or CSV compared with the roster on file: pure functions, and nothing of the road.

Nothing here, nor in the query, verb and pages that use it, asks about candidates: HR learns from a roster what it says
of people, and never whether somebody is on the road (notice R4).
"""
