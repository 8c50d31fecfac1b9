-- For wrk: every request has another number at the end of its address, or, where the address has the date 0000-00-00,
-- another date there; and no run repeats one of another.
local dated = wrk.path:find("0000-00-00", 1, true)
local number = os.time() * (dated and 10000 or 1000000)

local function date()
    local days = number % (9000 * 12 * 28)
    return string.format("%04d-%02d-%02d", 1000 + days % 9000, 1 + math.floor(days / 9000) % 12, 1 + math.floor(days / 108000))
end

request = function()
    number = number + 1
    local path = dated and wrk.path:gsub("0000%-00%-00", date()) or wrk.path .. string.format("%d", number)
    return wrk.format(nil, path)
end
