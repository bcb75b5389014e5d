"""Printed forms: Word documents drawn from templates and the facts on record, in the customs of official papers."""
