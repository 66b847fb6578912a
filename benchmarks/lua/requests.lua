-- `wrk -s requests.lua URL -- FILE cycle|once MOST` sends the requests of a file: one a line, method, path, token
-- and body parted by tabs. `once` stops after the last line, and both after MOST requests, unless that is 0.
-- The last line of the output is the outcome, as JSON.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long microseconds; } moment;
  int gettimeofday(moment *now, void *zone);
  int getpid(void);
  int kill(int process, int signal);
]]

local threads, requests, most, sent = {}, {}, math.huge, 0
began, ended = 0, 0 -- global, for `thread:get`

local function now()
  local moment = ffi.new("moment")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) + tonumber(moment.microseconds) / 1e6
end

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { ["Host"] = wrk.headers["Host"] }
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    if body ~= "" then headers["Content-Type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  if arguments[2] == "once" then most = #requests end
  if arguments[3] ~= "0" then most = math.min(most, tonumber(arguments[3])) end
end

function request()
  sent = sent + 1
  if sent == 2 then began = now() end -- the first is wrk's own trial and never leaves it
  if sent > most then
    if ended == 0 then
      ended = now()
      ffi.C.kill(ffi.C.getpid(), 2) -- SIGINT: or wrk would wait until its time is over
    end
    wrk.thread:stop()
    return requests[#requests]
  end
  return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
  local thread, seconds = threads[1], summary.duration / 1e6
  if thread:get("ended") > 0 then seconds = thread:get("ended") - thread:get("began") end
  local errors = summary.errors
  print(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "timed_out": %d, "broken": %d}',
    summary.requests, seconds, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.timeout, errors.connect + errors.read + errors.write))
end
