#!/usr/bin/env python3
"""Says whether two answers of the range query API hold the same series, times
and values: relative differences of at most 1e-9 come from sums that Prometheus
2.42 does not compensate.

  compare_answers.py PROMETHEUS.json ROLLWATCH.json
"""

import json
import math
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        answer = json.load(file)
    if answer["status"] != "success":
        sys.exit(f"{path}: {answer['error']}")
    return {
        json.dumps(series["metric"], sort_keys=True): series["values"]
        for series in answer["data"]["result"]
    }


def same(left, right):
    a, b = float(left), float(right)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or math.isclose(a, b, rel_tol=1e-9)


def main():
    theirs, ours = read(sys.argv[1]), read(sys.argv[2])
    if theirs.keys() != ours.keys():
        sys.exit(f"other series: {sorted(theirs.keys() ^ ours.keys())[:3]}")
    for series, points in theirs.items():
        if len(points) != len(ours[series]):
            sys.exit(f"{series}: {len(points)} points, {len(ours[series])} here")
        for (time, value), (our_time, our_value) in zip(points, ours[series]):
            if time != our_time or not same(value, our_value):
                sys.exit(f"{series} at {time}: {value}, {our_value} here")


main()
