"""Wiring: settings, addresses, background work and the commands that set up and serve the site."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
