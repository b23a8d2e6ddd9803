"""Writes a page of 100 series, a sample every 15 s: make_replay_page.py FIRST_SECOND DAYS."""
import random
import sys

first, days = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(7)
series = []  # name, the chance of an event at a scrape
for env in ("staging", "production"):
    for status in ("success", "failed", "rolled_back"):
        series.append((f'deployment_total{{environment="{env}",status="{status}"}}',
                       0.01 if status == "success" else 0.0005))
    for reason in ("manual", "high_error_rate", "smoke_test_failed"):
        series.append((f'deployment_rollback_total{{environment="{env}",reason="{reason}"}}', 0.0002))
    for result in ("passed", "failed"):
        series.append((f'smoke_test_total{{environment="{env}",result="{result}"}}',
                       0.02 if result == "passed" else 0.0005))
    for instance in range(5):
        for status, chance in (("200", 0.9), ("404", 0.2), ("500", 0.0005), ("503", 0.0005)):
            series.append((f'http_requests_total{{instance="{instance}",job="app-{env}",status="{status}"}}', chance))
for workflow in ("deploy-staging", "deploy-production"):
    for result in ("success", "failed", "timeout"):
        series.append((f'prometheus_query_total{{result="{result}",workflow="{workflow}"}}',
                       0.3 if result == "success" else 0.002))
# A bucket holds those below it: 2 jobs x 2 instances x 6 bounds.
histograms = [f'instance="{i}",job="app-{env}"' for env in ("staging", "production") for i in range(2)]
bounds = ("0.05", "0.1", "0.2", "0.5", "1", "+Inf")
count = len(series) + len(histograms) * len(bounds)
while count < 100:
    series.append((f'requests_in_flight_total{{instance="{count}"}}', 0.5))
    count += 1
out = sys.stdout
steps = range(days * 86400 // 15)
lines = []
for name, chance in sorted(series):
    value = 0
    for step in steps:
        if rng.random() < chance:
            value += rng.randrange(1, 20) if chance > 0.1 else 1
        lines.append(f"{name} {value} {first + step * 15}\n")
    out.writelines(lines)
    lines.clear()
for labels in histograms:
    totals = [0] * len(bounds)
    columns = [[] for _ in bounds]
    for step in steps:
        grown = rng.randrange(0, 30)
        slow = rng.random() < 0.002
        for i in range(len(bounds)):
            share = (0.2 if slow else 0.8) + 0.2 * (i / (len(bounds) - 1)) * (4 if slow else 1)
            totals[i] += grown if i == len(bounds) - 1 else int(grown * min(1, share))
            columns[i].append(totals[i])
    for bound, column in zip(bounds, columns):
        name = f'http_request_duration_seconds_bucket{{{labels},le="{bound}"}}'
        out.writelines(f"{name} {value} {first + step * 15}\n" for step, value in zip(steps, column))
out.write("# EOF\n")
