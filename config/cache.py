"""A cache that nobody waits for: a Redis that is slow, deaf or gone means that nothing is cached."""

import logging
import time

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class CourtesyRedisCache(RedisCache):
    """Django's Redis cache, for what a page can do without.

    A call that fails answers as an empty cache does. After a failure Redis is left alone for a while, so that one request
    in a process waits for the time-out, and not every one.
    """

    PAUSE_SECONDS = 30
    _alone_until = 0.0

    def add(self, key, value, *args, **kwargs):
        return self._ask(super().add, True, key, value, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return self._ask(super().get, default, key, default, version)

    def set(self, key, value, *args, **kwargs):
        return self._ask(super().set, None, key, value, *args, **kwargs)

    def touch(self, key, *args, **kwargs):
        return self._ask(super().touch, False, key, *args, **kwargs)

    def delete(self, key, version=None):
        return self._ask(super().delete, False, key, version)

    def get_many(self, keys, version=None):
        return self._ask(super().get_many, {}, keys, version)

    def has_key(self, key, version=None):
        return self._ask(super().has_key, False, key, version)

    def set_many(self, data, *args, **kwargs):
        return self._ask(super().set_many, [], data, *args, **kwargs)

    def delete_many(self, keys, version=None):
        return self._ask(super().delete_many, None, keys, version)

    def _ask(self, call, otherwise, *args, **kwargs):
        if time.monotonic() < self._alone_until:
            return otherwise
        try:
            return call(*args, **kwargs)
        except (RedisError, OSError) as failure:
            # on the class: every thread has a cache object of its own
            type(self)._alone_until = time.monotonic() + self.PAUSE_SECONDS
            log.warning("Redis does not answer (%s); nothing is cached for %s s.", failure, self.PAUSE_SECONDS)
            return otherwise
