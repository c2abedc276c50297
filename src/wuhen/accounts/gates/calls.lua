-- The calls of one account to one action within the last second, by the server's clock.
--
-- KEYS  calls   of each call that was counted, when it came, in microseconds
-- ARGV  limit, token

local calls, limit, token = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

redis.call('ZREMRANGEBYSCORE', calls, '-inf', string.format('(%.0f', now - 1000000))
-- Who asks again, as the answer was lost, was counted already.
if redis.call('ZSCORE', calls, token) then
    return 1
end
if redis.call('ZCARD', calls) >= limit then
    return 0
end
redis.call('ZADD', calls, string.format('%.0f', now), token)
redis.call('PEXPIRE', calls, 1001)
return 1
