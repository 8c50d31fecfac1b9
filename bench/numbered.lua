-- For wrk: every request has another number at the end of its address, and no run repeats one of another.
local number = os.time() * 1000000

request = function()
    number = number + 1
    return wrk.format(nil, wrk.path .. string.format("%d", number))
end
