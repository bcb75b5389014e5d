"""What a request says about where it came from."""

from branches.views.requests import address_of

__all__ = ["address_of"]
