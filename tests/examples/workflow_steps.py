"""Prints the shell of one step of a workflow or of a composite action.

    workflow_steps.py FILE STEP_NAME
"""

import sys

import yaml

path, name = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    document = yaml.safe_load(file)
if "runs" in document:
    steps = document["runs"]["steps"]
else:
    (job,) = document["jobs"].values()
    steps = job["steps"]
(step,) = [step for step in steps if step.get("name") == name]
print(step["run"])
