#!/usr/bin/env python3
"""Whether a rule file is valid: rollwatch and promtool 2.42 on damaged rule files.

usage: rule_mutants_test.py PROGRAM [COUNT [SEED]]

Every file is one of ours with a few random edits. The two may differ where a row of DIFFERENCES says why.
"""
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEEDS = ["examples/alerts.yml", "tests/fuzz/corpus/rules/AnchorsAndMerges", "tests/fuzz/corpus/rules/Folded",
         "tests/fuzz/corpus/rules/Json", *sorted(os.path.relpath(path, ROOT) for path in glob.glob(
             os.path.join(ROOT, "tests/alerts/testdata/lint/*/good.yml")))]
SIGNS = list(":-#'\"|>&*!%@`{}[],?~\\ \t\n0aZ.<é")

# Who is stricter, what it says (a regular expression), why that is right.
DIFFERENCES = [
    ("theirs", r"field query_offset not found", "of Prometheus 2.53"),
    ("theirs", r'unexpected (number|duration) "[^"]*"|bad number or duration syntax', "durations and numbers stand for each other since Prometheus 3, and have underscores"),
    ("theirs", r"missing unit character in duration", "a duration is a number of seconds since Prometheus 3"),
    ("theirs", r'unknown function with name "(fill|fill_left|fill_right)"', "a modifier of Prometheus 3"),
    ("theirs", r"field labels not found in type rulefmt.RuleGroup", "of Prometheus 3"),
    ("theirs", r"invalid label name|invalid annotation name|invalid recording rule name", "any UTF-8 is a name since Prometheus 3"),
]


def mutate(text, chance):
    lines = text.split("\n")
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randrange(len(lines))
        line = lines[at]
        kind = chance.randrange(9)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, line)
        elif kind == 2 and at + 1 < len(lines):
            lines[at], lines[at + 1] = lines[at + 1], line
        elif kind == 3:
            lines[at] = " " * chance.choice([1, 2]) + line
        elif kind == 4:
            lines[at] = line[1:] if chance.random() < 0.5 else line[2:]
        elif kind == 5:
            place = chance.randrange(len(line) + 1)
            lines[at] = line[:place] + chance.choice(SIGNS) + line[place:]
        elif kind == 6 and line:
            place = chance.randrange(len(line))
            lines[at] = line[:place] + line[place + 1:]
        elif kind == 7 and line:
            place = chance.randrange(len(line))
            lines[at] = line[:place] + chance.choice(SIGNS) + line[place + 1:]
        elif kind == 8:
            lines[at] = line.replace(": ", chance.choice([":", " : ", ":  ", ": &x ", ": *x ", ": !!str ", ": |\n", ": - "]), 1)
        if not lines:
            lines = [""]
    return "\n".join(lines)


def make(folder, count, seed):
    chance = random.Random(seed)
    texts = [open(os.path.join(ROOT, path), encoding="utf-8").read() for path in SEEDS]
    # Cut, so that an edit is likely to matter.
    texts = [text if len(text) < 3000 else text[:text.index("\n", 3000) + 1] for text in texts]
    paths = []
    for number in range(count):
        path = os.path.join(folder, f"{number:05d}.yml")
        with open(path, "w", encoding="utf-8", newline="") as out:
            out.write(mutate(chance.choice(texts), chance))
        paths.append(path)
    return paths


def promtool(paths):
    """What promtool says of each file, empty when it is valid."""
    said = {}
    for first in range(0, len(paths), 200):
        for path in paths[first:first + 200]:
            said[path] = None
        run = subprocess.run(["promtool", "check", "rules", "--lint=none", *paths[first:first + 200]],
                             capture_output=True, text=True, check=False)
        valid = None
        for line in run.stdout.splitlines():
            if line.startswith("Checking "):
                valid = line[len("Checking "):]
            elif line.startswith("  SUCCESS"):
                said[valid] = ""
        for line in run.stderr.splitlines():
            match = re.match(r"(" + re.escape(os.path.dirname(paths[0])) + r"/\d+\.yml): (.*)", line)
            if match:
                said[match[1]] = (said[match[1]] or "") + match[2] + "\n"
            elif said and line.startswith("  line "):
                last = [path for path in said if said[path]]
                said[last[-1]] += line + "\n"
    return {path: "invalid" if text is None else text for path, text in said.items()}


def rollwatch(program, paths):
    run = subprocess.run([program, "check", "--config=none", "--lint=none", "--fail-on=none", "--format=json", *paths],
                         capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    said = {file["file"]: "" if file["valid"] else None for file in report["files"]}
    for finding in report["findings"]:
        if said[finding["file"]] != "" and finding["severity"] == "error" and not finding["rule"]:
            said[finding["file"]] = (said[finding["file"]] or "") + finding["message"] + "\n"
    return said


def explained(ours, theirs):
    stricter, said = ("ours", ours) if ours else ("theirs", theirs)
    return any(side == stricter and re.search(pattern, said) for side, pattern, _ in DIFFERENCES)


def main():
    program = os.path.abspath(sys.argv[1])
    if shutil.which("promtool") is None:
        print("skipped: promtool is not installed")
        return 77
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory() as folder:
        paths = make(folder, count, seed)
        theirs, ours = promtool(paths), rollwatch(program, paths)
        valid = sum(1 for path in paths if not theirs[path])
        differing = [path for path in paths if bool(ours[path]) != bool(theirs[path])]
        known = [path for path in differing if explained(ours[path], theirs[path])]
        print(f"{count} files, {valid} valid, {len(differing)} verdicts differ, {len(known)} of them as explained")
        for path in differing:
            if path in known:
                continue
            print(f"--- {os.path.basename(path)}\nours: {ours[path] or 'valid'}\ntheirs: {theirs[path] or 'valid'}")
            print(open(path, encoding="utf-8", newline="").read())
        return 0 if len(differing) == len(known) and 0 < valid < count else 1


sys.exit(main())
