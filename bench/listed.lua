-- For wrk: the addresses are the lines of a file, each asked for once; its name comes behind `--`.
local paths = {}
local number = 0

init = function(arguments)
    for line in io.lines(arguments[1]) do
        paths[#paths + 1] = line
    end
end

request = function()
    number = number + 1
    return wrk.format(nil, paths[1 + (number - 1) % #paths])
end
