"""Checks examples/kubernetes/ against itself, the program and Prometheus.

    kubernetes_test.py ROLLWATCH SOURCE_DIRECTORY

Names that refer to each other do; every field is one that Kubernetes has (kubectl, where it is installed, drops the
others); the program of the image runs with each pod's arguments, configuration and files, answers the probes, and
takes events as the manifest promises; a real Prometheus with a target label `environment` sees ours under each half of
the ServiceMonitor.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
FOLDER = SOURCE / "examples" / "kubernetes"
TOKEN = "0123456789abcdef0123"
failures = []
started = []


def expect(condition, text):
    if not condition:
        failures.append(text)
        print("FAILED:", text, file=sys.stderr)


def documents(name):
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def of_kind(objects, kind):
    return [one for one in objects if one["kind"] == kind]


def fetch(url, body=None, headers=None):
    request = urllib.request.Request(url, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def eventually(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def start(command, marker, errors_to, environment=None):
    """Runs a program; returns the lines with the marker, once there are some."""
    with open(errors_to, "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    started.append(process)
    found = []

    def look():
        with open(errors_to, encoding="utf-8") as log:
            found[:] = [line.strip() for line in log if marker in line]
        return bool(found) or process.poll() is not None

    eventually(look)
    if not found:
        with open(errors_to, encoding="utf-8") as log:
            expect(False, f"{command} does not start: {log.read()}")
    return process, found


# --- The manifests themselves ---


def lost_fields(given, taken, path=""):
    """What is in `given` and not in `taken`."""
    if isinstance(given, dict):
        for key, value in given.items():
            if not isinstance(taken, dict) or key not in taken:
                yield f"{path}.{key}"
            else:
                yield from lost_fields(value, taken[key], f"{path}.{key}")
    elif isinstance(given, list):
        for index, value in enumerate(given):
            if not isinstance(taken, list) or index >= len(taken):
                yield f"{path}[{index}]"
            else:
                yield from lost_fields(value, taken[index], f"{path}[{index}]")


def check_fields(deployment):
    """kubectl reads a Deployment into its own types, and writes what it knows."""
    if shutil.which("kubectl") is None:
        print("kubectl is not installed: fields are not compared with Kubernetes' own")
        return
    run = subprocess.run(
        ["kubectl", "set", "env", "--local", "-f", "-", "-o", "json", "TEST=1"],
        input=json.dumps(deployment), capture_output=True, text=True, timeout=60, check=False)
    expect(run.returncode == 0, f"kubectl: {run.stderr}")
    if run.returncode == 0:
        lost = list(lost_fields(deployment, json.loads(run.stdout)))
        expect(not lost, f"no field of Kubernetes: {lost}")


def check_pod(name, deployment, objects, container):
    """Names in the pod refer to what there is; returns folder -> {file: text}."""
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    expect(deployment["spec"]["selector"]["matchLabels"] == labels, f"{name}: the selector is not the pod's labels")
    expect(deployment["spec"]["replicas"] == 1, f"{name}: more than one replica")
    security = container["securityContext"]
    expect(security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"], f"{name}: security")
    expect((security | pod["spec"]["securityContext"])["runAsNonRoot"], f"{name}: may run as root")
    expect(pod["spec"]["securityContext"]["fsGroup"] == 10001, f"{name}: the volume is not the image's user's")
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for service in of_kind(objects, "Service"):
        expect(service["spec"]["selector"].items() <= labels.items(), f"{name}: the Service selects no pod")
        for port in service["spec"]["ports"]:
            expect(ports.get(port["targetPort"]) == port["port"], f"{name}: port {port} leads nowhere")
    for probe in ("livenessProbe", "readinessProbe"):
        expect(container[probe]["httpGet"]["port"] in ports, f"{name}: {probe}'s port")
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    expect(volumes.keys() == mounts.keys(), f"{name}: volumes and mounts differ")
    expect(mounts["journal"] == "/var/lib/rollwatch", f"{name}: the journal is not where the image has it")
    made = {one["metadata"]["name"]: one["data"] for one in of_kind(objects, "ConfigMap")}
    # The two that the comment at the top of the file makes.
    comment = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for words in re.findall(r"kubectl create configmap (\S+) --from-file=(\S+)=(\S+)", comment):
        made[words[0]] = {words[1]: (SOURCE / words[2]).read_text(encoding="utf-8")}
    for words in re.findall(r"kubectl create secret generic (\S+) --from-file=(\S+)=FILE", comment):
        made[words[0]] = {words[1]: TOKEN + "\n"}
    claims = [one["metadata"]["name"] for one in of_kind(objects, "PersistentVolumeClaim")]
    files = {}
    for volume in volumes.values():
        if "persistentVolumeClaim" in volume:
            expect(volume["persistentVolumeClaim"]["claimName"] in claims, f"{name}: no such claim")
        elif "configMap" in volume or "secret" in volume:
            source = volume.get("configMap", {}).get("name") or volume["secret"]["secretName"]
            expect(source in made, f"{name}: no {source}")
            files[mounts[volume["name"]]] = made.get(source, {})
    return files


# --- The program with the pod's arguments ---


def image_environment():
    text = (SOURCE / "examples" / "Dockerfile").read_text(encoding="utf-8")
    return dict(re.findall(r"(ROLLWATCH_[A-Z_]+)=(\S+)", text))


def start_pod(container, files, work):
    """Every path moved into `work`, every port to a free one."""
    for folder, texts in files.items():
        target = work / folder.lstrip("/")
        target.mkdir(parents=True)
        for file, text in texts.items():
            (target / file).write_text(text.replace("/etc/", f"{work}/etc/"), encoding="utf-8")
    variables = image_environment() | {one["name"]: one["value"] for one in container.get("env", [])}
    variables = {name: re.sub(r":1097[01]$", ":0", value).replace("/var/", f"{work}/var/")
                 for name, value in variables.items()}
    # On loopback, as every test.
    variables = {name: "127.0.0.1:0" if value == ":0" else value for name, value in variables.items()}
    arguments = [re.sub(r":1097[01]$", ":0", argument).replace("/etc/", f"{work}/etc/")
                 for argument in container["args"]]
    (work / "var/lib/rollwatch").mkdir(parents=True)
    process, lines = start([PROGRAM, *arguments, "--scrape-interval=1s"], "http://", work / "log",
                           os.environ | variables)
    addresses = dict(re.findall(r"^(scrapes|events): (http://\S+)$", "\n".join(lines), re.MULTILINE))
    if len(addresses) < 2:
        eventually(lambda: "events: " in (work / "log").read_text())
        addresses = dict(re.findall(r"^(scrapes|events): (http://\S+)$", (work / "log").read_text(), re.MULTILINE))
    return process, addresses


EVENT = json.dumps({"id": "1", "kind": "rollback", "environment": "staging", "reason": "manual"}).encode()


def check_running(name, container, files, work, with_token):
    process, addresses = start_pod(container, files, work)
    for probe in ("livenessProbe", "readinessProbe"):
        status, _ = fetch(addresses["scrapes"] + container[probe]["httpGet"]["path"])
        expect(status == 200, f"{name}: {probe} answers {status}")
    events = addresses["events"] + "/api/v1/events"
    status, text = fetch(events, EVENT)
    expect(status == (401 if with_token else 200), f"{name}: an event without a token is answered {status} {text}")
    if with_token:
        status, text = fetch(events, EVENT, {"Authorization": f"Bearer {TOKEN}"})
        expect(status == 200, f"{name}: an event with the token is answered {status} {text}")
        _, rules = fetch(addresses["scrapes"] + "/api/v1/rules")
        expect("RollbackDetected" in rules, f"{name}: the rules are not loaded")
    return process, addresses


# --- Prometheus ---


def scrape_config(endpoint, honor):
    """What the operator makes of an endpoint of a ServiceMonitor."""
    def snake(name):
        return re.sub("[A-Z]", lambda match: "_" + match.group().lower(), name)

    def rules(name):
        return [{snake(key): value for key, value in rule.items()} for rule in endpoint[name]]

    return {"honor_labels": honor and endpoint["honorLabels"], "relabel_configs": rules("relabelings"),
            "metric_relabel_configs": rules("metricRelabelings") if not honor else []}


def check_service_monitor(addresses, work):
    (monitor,) = documents("servicemonitor.yaml")
    (endpoint,) = monitor["spec"]["endpoints"]
    for name in ("deployment.yaml", "sidecar.yaml"):
        (service,) = of_kind(documents(name), "Service")
        wanted = monitor["spec"]["selector"]["matchLabels"]
        expect(wanted.items() <= service["metadata"]["labels"].items(), f"the ServiceMonitor does not find {name}")
        expect(endpoint["port"] in [port["name"] for port in service["spec"]["ports"]], f"{name}: the port's name")
    target = {"targets": [addresses["scrapes"].removeprefix("http://")], "labels": {"environment": "tools"}}
    halves = {"honored": scrape_config(endpoint, True), "relabelled": scrape_config(endpoint, False),
              # That there is something to repair.
              "broken": {"honor_labels": False}}
    config = work / "prometheus.yml"
    config.write_text(yaml.safe_dump({
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": name, "static_configs": [
            target | {"labels": target["labels"] | {"half": name}}], **half} for name, half in halves.items()]}))
    _, lines = start(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={work}/tsdb",
                      "--web.listen-address=127.0.0.1:0"], 'msg="Listening on" address=', work / "prometheus.log")
    server = "http://" + re.search(r"address=(\S+)", lines[0]).group(1)

    def series(half):
        query = urllib.parse.quote(f'deployment_rollback_total{{half="{half}",reason="manual"}}')
        _, text = fetch(f"{server}/api/v1/query?query={query}")
        try:
            return [one["metric"] for one in json.loads(text)["data"]["result"]]
        except (ValueError, KeyError):
            return []

    for half in halves:
        eventually(lambda half=half: series(half))
        found = series(half)
        environments = sorted(one["environment"] for one in found)
        exported = [one for one in found if "exported_environment" in one]
        if half == "broken":
            expect(environments == ["tools", "tools"] and exported, f"nothing was to be repaired: {found}")
        else:
            expect(environments == ["production", "staging"] and not exported, f"{half}: {found}")
            expect({one["job"] for one in found} == {"rollwatch"}, f"{half}: job {found}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name in ("deployment", "sidecar"):
                work = pathlib.Path(folder) / name
                work.mkdir()
                objects = documents(f"{name}.yaml")
                (deployment,) = of_kind(objects, "Deployment")
                (container,) = [one for one in deployment["spec"]["template"]["spec"]["containers"]
                                if one["name"] == "rollwatch"]
                check_fields(deployment)
                files = check_pod(name, deployment, objects, container)
                if name == "deployment":
                    expect(deployment["spec"]["strategy"] == {"type": "Recreate"}, "two pods would share a journal")
                process, addresses = check_running(name, container, files, work, name == "deployment")
                if name == "deployment":
                    check_service_monitor(addresses, work)
                process.send_signal(signal.SIGTERM)
                expect(process.wait(30) == 0, f"{name}: SIGTERM does not end it with 0")
        finally:
            for process in started:
                process.kill()
                process.wait()
    if not failures:
        print("ok")
    return 1 if failures else 0


sys.exit(main())
