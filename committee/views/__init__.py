"""Pages of those who look after the whole: ask one query, call one verb."""
