"""All that is measured of polls, in the order in which it is."""

from tests.benchmarks.polls import fan_out, idle, pings, requests, two_hundred, two_processes

ROWS = {
    "idle": idle.run_waiting,
    "two-hundred": two_hundred.run,
    "thousand": idle.run_thousand,
    "crowd": idle.run_crowd,
    "fan-out": fan_out.run,
    "requests": requests.run,
    "two-processes": two_processes.run,
    "pings": pings.run,
}
