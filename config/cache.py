"""The cache in Redis, which counts sign-ins. While Redis does not answer, each process counts by itself."""

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)
PAUSE = 10  # seconds in which a Redis that did not answer is not asked again: a sign-in asks about ten times


class SharedCache(RedisCache):
    """Nobody waits long for it, and nobody is shut out: limits per process still slow down who guesses passwords."""

    away_until = 0.0  # of the whole process

    def __init__(self, server, params):
        # Without these, redis-py waits for ever, three times over.
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": patience | params.get("OPTIONS", {})})
        self.own = LocMemCache("while-redis-is-away", {})


def in_redis_or_here(name: str):
    def call(self, *args, **kwargs):
        if time.monotonic() >= SharedCache.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (ConnectionError, TimeoutError) as error:
                SharedCache.away_until = time.monotonic() + PAUSE
                logger.warning("Redis does not answer: limits are counted by each process (%s)", error)
        return getattr(self.own, name)(*args, **kwargs)

    return call


for name in ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear"):
    setattr(SharedCache, name, in_redis_or_here(name))
