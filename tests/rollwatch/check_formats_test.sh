#!/usr/bin/env bash
# The output formats of rollwatch check. Usage: check_formats_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset GITHUB_STEP_SUMMARY

# A name that every format has to escape, characters of several bytes before
# the places, and a message of several lines.
file='rules/a,b:c%d <é>.yml'
mkdir rules
cat >"$file" <<'YAML'
groups:
- name: "g & <h>"
  rules:
  - {alert: "Ünï\n\u0001]]>|", expr: 'deployment_total{status="sucess"} > 0'}
  - {alert: "Zero", expr: 'sum(rate(smoke_test_total[1h])) / sum(rate(smoke_test_total[1h])) > 0.1'}
  - {alert: "Up", expr: 'up{job="é"} > 1', annotations: {summary: "{{ $labels.job }}"}}
  - {alert: "Up", expr: 'up == 0'}
YAML
printf 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(up\n  - {alert: B, expr: up > 1}\n' >rules/invalid.yml

check() {  # expected status, arguments
  local want=$1 got=0
  shift
  "$program" check "$@" >out 2>err || got=$?
  [ "$got" = "$want" ] || { echo "FAILED: check $*: exit status $got, expected $want" >&2; cat out err >&2; exit 1; }
}

check 3 --format json "$file"
cp out first.json
check 3 --format text --output sarif=check.sarif --output junit=check.xml --output github=check.txt \
  --output json=check.json "$PWD/$file"
# A file has what a terminal that both streams share would show.
"$program" check --output text=check.out "$file" >both.out 2>&1 || true
cmp both.out check.out
check 1 --format sarif rules
cp out both.sarif
check 1 --format junit rules
cp out both.xml
GITHUB_STEP_SUMMARY=$work/summary.md check 3 --format github --fail-on info "$file"
cp out both.txt
GITHUB_STEP_SUMMARY=$work/summary.md check 0 --fail-on none "$file"
check 2 --output sarif "$file"
check 2 --output html=x "$file"
check 1 --output json=none/x.json "$file"
grep -q 'cannot write none/x.json' err

# Two lines above, another rule before, another group: the same findings.
python3 - "$file" <<'PYTHON'
import sys
text = open(sys.argv[1]).read()
text = text.replace("groups:\n", "# moved\n\ngroups:\n- {name: other, rules: [{alert: O, expr: up == 0}]}\n")
open(sys.argv[1], "w").write(text.replace("  rules:\n  -", "  rules:\n  - {record: r, expr: up}\n  -", 1))
PYTHON
check 3 --format json "$file"
cp out moved.json

python3 - "$file" <<'PYTHON'
import json, re, sys, urllib.parse
import xml.etree.ElementTree as tree

file = sys.argv[1]
first = json.load(open("first.json"))
codes = [finding["code"] for finding in first["findings"]]
assert codes == ["duplicate-rules", "unknown-value", "zero-by-zero", "never-holds"], codes
for finding in first["findings"]:
    assert set(finding) >= set("code severity file line column rule message help fingerprint".split()), finding
    assert re.fullmatch("[0-9a-f]{16}", finding["fingerprint"]), finding
prints = [finding["fingerprint"] for finding in first["findings"]]
moved = json.load(open("moved.json"))["findings"]
assert prints == [finding["fingerprint"] for finding in moved] and len(set(prints)) == 4, (prints, moved)
assert first["findings"][1]["line"] + 4 == moved[1]["line"]
# An absolute path below the working directory is the same file.
assert prints == [finding["fingerprint"] for finding in json.load(open("check.json"))["findings"]]

def check_sarif(path, results):
    log = json.load(open(path))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    assert len(run["results"]) == results, [result["message"] for result in run["results"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error") and result["message"]["text"]
        assert re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["rollwatch/v1"])
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        parsed = urllib.parse.urlparse(uri)
        assert not parsed.scheme and not parsed.netloc and not uri.startswith("/"), uri
        open(urllib.parse.unquote(uri))
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"]), region
        assert min(region.values()) >= 1
    return run["results"]

results = check_sarif("check.sarif", 4)
region = results[1]["locations"][0]["physicalLocation"]["region"]
line = open(file).read().splitlines()[8 - 1]
assert line[region["startColumn"] - 1:region["endColumn"] - 1] == 'status="sucess"', (line, region)
assert results[1]["locations"][0]["logicalLocations"][0]["name"].startswith("Ünï\n")
check_sarif("both.sarif", 6)

suites = tree.parse("check.xml").getroot()
(suite,) = suites
assert suite.get("tests") == "5" and suite.get("failures") == "2", suite.attrib
assert [case.get("name") for case in suite][3:] == ["Up", "Up"]
assert suite[1].find("failure").get("type") == "unknown-value"
assert suite[2].find("failure") is None and "zero-by-zero" in suite[2].find("system-out").text
both = tree.parse("both.xml").getroot()
assert len(both) == 2 and both[1].get("failures") == "2" and "unclosed" in both[1][0].find("failure").text

lines = open("both.txt").read().splitlines()
assert len(lines) == 4, lines
escaped = "rules/a%2Cb%3Ac%25d <é>.yml"
assert lines[1].startswith(f"::error file={escaped},line=4,endLine=4,col=56,endColumn=71,title=unknown-value::"), lines[1]
assert "%0A" in lines[1] and lines[1].endswith('%0Ahelp: did you mean "success"?'), lines[1]
assert lines[2].startswith("::notice "), lines[2]
summary = open("summary.md").read()
assert summary.count("### rollwatch check") == 2 and summary.count("| unknown-value |") == 2, summary
assert all(line.count("|") - line.count("\\|") == 5 for line in summary.splitlines() if line.startswith("| error")), summary
PYTHON
