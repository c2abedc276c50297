-- The slots of one account, all in one step. Times are microseconds of the server's clock.
--
-- KEYS  era     which server counts, and since when
--       held    of each slot that is held, when its lease ends
--       line    of each call that queues, when it came
--       seen    of each call that queues, until when it is believed to live
--       bound   how many slots the account has, as was said last
-- ARGV  verb, lease, settle, channel; then what the verb takes

local era, held, line, seen, bound = unpack(KEYS)
local verb, lease, settle, channel = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local kept = math.ceil(10 * lease / 1000)
local granted = {}

-- As it stands, Lua writes no more than 14 digits of a number.
local function whole(number)
    return string.format('%.0f', number)
end

-- How long no slot may be granted yet. A server that has just begun to count, as it was started or took over
-- from another, may not know of slots that are held: their holders tell it within this time.
local function unsettled()
    local info = redis.pcall('INFO', 'server')
    local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
    local since
    local known = redis.call('GET', era)
    if known then
        local who, when = string.match(known, '^(%w+) (%d+)$')
        since = who == run and tonumber(when)
    end
    if not since then
        since = now
        redis.call('SET', era, run .. ' ' .. whole(now))
    end
    return math.max(0, since + settle - now)
end

local function put(key, member, score)
    redis.call('ZADD', key, whole(score), member)
    redis.call('PEXPIRE', key, kept)
end

local function hold(token)
    put(held, token, now + lease)
end

local function queue(token, came)
    put(line, token, came)
    put(seen, token, now + lease)
end

local function unqueue(token)
    redis.call('ZREM', line, token)
    redis.call('ZREM', seen, token)
end

-- Let go of whoever has not been heard of for a lease.
local function forget_dead()
    redis.call('ZREMRANGEBYSCORE', held, '-inf', whole(now))
    for _, token in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', whole(now))) do
        unqueue(token)
    end
end

local function free()
    return tonumber(redis.call('GET', bound) or '0') - redis.call('ZCARD', held)
end

-- Hand free slots to the line, in order, and tell the processes of those who have them now.
local function grant()
    while free() > 0 do
        local first = redis.call('ZRANGE', line, 0, 0)[1]
        if not first or unsettled() > 0 then
            return
        end
        unqueue(first)
        hold(first)
        table.insert(granted, first)
        redis.pcall('PUBLISH', channel .. string.match(first, '^[^.]*'), first)
    end
end

-- token, limit, how long the line may be (0 where the call does not queue), when it came ('' at first)
local function enter(token, limit, longest, came)
    redis.call('SET', bound, limit, 'PX', kept)
    forget_dead()
    grant()
    if redis.call('ZSCORE', held, token) then
        return {'held', '0', granted}
    end
    came = tonumber(came) or now
    if free() > 0 then
        local rest = unsettled()
        if rest > 0 then
            return {'unsettled', whole(rest), granted, whole(came)}
        end
        hold(token)
        return {'held', '0', granted}
    end
    if redis.call('ZCARD', line) >= tonumber(longest) then
        return {'full', '0', granted}
    end
    -- Nobody comes at the same time as another.
    local last = redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')[2]
    if came == now and last and tonumber(last) >= now then
        came = tonumber(last) + 1
    end
    queue(token, came)
    return {'queued', '0', granted, whole(came)}
end

-- limit, then of each call its token, and '' if it holds a slot or when it came. Read from ARGV, as a function
-- takes some thousand arguments at most.
local function renew(limit)
    if #ARGV > 5 then
        redis.call('SET', bound, limit, 'PX', kept, 'NX')
        redis.call('PEXPIRE', bound, kept)
    end
    for place = 6, #ARGV, 2 do
        local token, came = ARGV[place], ARGV[place + 1]
        if came == '' then
            unqueue(token)
            hold(token)
        elseif redis.call('ZSCORE', held, token) then
            hold(token)
            table.insert(granted, token)
        else
            queue(token, came)
        end
    end
    forget_dead()
    unsettled()
    grant()
    return {'', '0', granted}
end

-- the tokens of calls that are over, whether they held a slot or queued; from ARGV, as above
local function leave()
    for place = 5, #ARGV do
        redis.call('ZREM', held, ARGV[place])
        unqueue(ARGV[place])
    end
    forget_dead()
    grant()
    return {'', '0', granted}
end

-- limit
local function look(limit)
    local held_now = redis.call('ZCOUNT', held, '(' .. whole(now), '+inf')
    return {held_now >= tonumber(limit) and 'full' or '', '0', granted}
end

-- So that a server that begins to count does so before it is asked for a slot.
local function begin()
    unsettled()
    return {'', '0', granted}
end

local verbs = {enter = enter, renew = renew, leave = leave, look = look, begin = begin}
return verbs[verb](ARGV[5], ARGV[6], ARGV[7], ARGV[8])
