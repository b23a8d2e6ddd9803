"""Our dashboards against Grafana's own JSON schemas (the foundation SDK's). Usage: grafana_schema_test.py SCHEMAS FILE...

Exits 77 (skipped) when the schemas or the Python package jsonschema are not there."""

import json
import os
import sys

SKIPPED = 77


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


try:
    import jsonschema
except ImportError:
    skip("the package python3-jsonschema is missing")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def problems(value, schema, where):
    for error in jsonschema.Draft7Validator(schema).iter_errors(value):
        place = "/".join(str(part) for part in error.absolute_path)
        yield f"{where}/{place}: {error.message[:300]}"


def definition(schema, name):
    return {"$ref": "#/definitions/" + name, "definitions": schema["definitions"]}


def check(dashboard, folder):
    def schema(name):
        return load(os.path.join(folder, name + ".jsonschema.json"))

    yield from problems(dashboard, schema("dashboard"), "")
    units = {row["const"] for row in schema("units")["definitions"].values() if "const" in row}
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            continue
        where = panel["title"]
        own = schema(panel["type"])
        defaults = panel["fieldConfig"]["defaults"]
        yield from problems(panel["options"], definition(own, "Options"), where + ": options")
        if "FieldConfig" in own["definitions"]:
            yield from problems(defaults.get("custom", {}), definition(own, "FieldConfig"), where + ": custom")
        for target in panel["targets"]:
            yield from problems(target, schema("prometheus"), where + ": target")
        if defaults["unit"] not in units:
            yield f"{where}: no unit of Grafana: {defaults['unit']}"


def main():
    folder, *files = sys.argv[1:]
    if not os.path.isdir(folder):
        skip("no schemas in " + folder)
    found = [f"{file}: {problem}" for file in files for problem in check(load(file), folder)]
    print("\n".join(found) or f"{len(files)} dashboards are valid")
    sys.exit(1 if found else 0)


main()
