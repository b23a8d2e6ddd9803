"""Looks at the page in headless Chromium, on a phone and on a desk, in light and dark.

    page_browser_test.py ROLLWATCH RULES

The page is full: alerts, canaries, long names. Nothing may run over the right edge, the events must begin on the first
screen of a phone, and dark must be dark. 77: no Chromium.
"""

import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

PROGRAM, RULES = sys.argv[1:]


def report(events, *arguments):
    subprocess.run([PROGRAM, "report", *arguments, "--url", events], check=True, stdout=subprocess.DEVNULL)


def fill(scrapes, events):
    long_id = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
    run = ["--deployment-id", long_id, "--run-url", "https://ci.example/runs/1"]
    production = ["--environment", "production"]
    report(events, "deployment", *production, "--status", "started", *run)
    report(events, "canary", *production, "--percentage", "100", *run)
    for _ in range(16):
        report(events, "smoke-test", *production, "--result", "failed", "--duration", "18.25", *run)
    report(events, "query", "--workflow", "deploy-" + "w" * 60, "--result", "timeout")
    report(events, "rollback", *production, "--reason", "smoke_test_failed", *run)
    scrape = urllib.request.Request(scrapes + "/metrics", headers={
        "X-Prometheus-Scrape-Timeout-Seconds": "10", "User-Agent": "Prometheus/2.42.0"})
    urllib.request.urlopen(scrape).read()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        page = urllib.request.urlopen(scrapes).read().decode()
        if "is-firing\"><h3>RollbackDetected" in page:
            return page
        time.sleep(0.2)
    raise AssertionError("no alert fires")


def pixels(path):
    """Width, and rows of (red, green, blue), of a PNG without interlacing."""
    data = path.read_bytes()
    width, _, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and colour in (2, 6)
    size = 3 if colour == 2 else 4
    packed, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    raw, stride, rows = zlib.decompress(packed), width * size, []
    last = bytearray(stride)
    for start in range(0, len(raw), stride + 1):
        kind, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
        for i in range(stride):
            left = line[i - size] if i >= size else 0
            up, corner = last[i], last[i - size] if i >= size else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + up) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                best = min((left, up, corner), key=lambda value: abs(guess - value))
                line[i] = (line[i] + best) & 255
        rows.append([tuple(line[i:i + 3]) for i in range(0, stride, size)])
        last = line
    return width, rows


def shoot(browser, url, work, name, size, *flags):
    path = work / f"{name}.png"
    subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--user-data-dir={work}/profile", f"--window-size={size}", f"--screenshot={path}", *flags, url],
                   check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return pixels(path)


def check(url, page, browser, work):
    for text in ('http-equiv="refresh"', "Last event", "Last scrape", "Prometheus/2.42.0", "bound &gt; 0",
                 "https://ci.example/runs/1"):
        assert text in page, f"{text} is not on the page"
    assert "<script" not in page
    assert len(re.findall('<tr><td class="time">', page)) == 20
    for name, size, flags, dark in (("phone", "390,844", [], False), ("desk", "1200,900", [], False),
                                    ("night", "390,844", ["--blink-settings=preferredColorScheme=0"], True)):
        width, rows = shoot(browser, url, work, name, size, *flags)
        assert width == int(size.split(",")[0])
        ground = rows[0][0]
        assert (sum(ground) < 200) == dark, f"{name}: the ground is {ground}"
        for y, row in enumerate(rows):
            assert set(row[-6:]) == {ground}, f"{name}: line {y} runs over the edge"
        # A screen that is nearly all ground shows nothing.
        filled = sum(row[width // 2] != ground for row in rows)
        assert filled > len(rows) // 3, f"{name}: {filled} lines of {len(rows)} are filled"
    print("ok")


def main():
    browser = shutil.which("chromium")
    if browser is None:
        print("skipped: chromium is not installed")
        return 77
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = pathlib.Path(folder)
        with open(work / "out", "w", encoding="utf-8") as out:
            sidecar = subprocess.Popen(
                [PROGRAM, "serve", "--rules", RULES, "--storage.path", str(work / "journal"), "--log.level", "error",
                 "--web.listen-address=127.0.0.1:0", "--web.events-address=127.0.0.1:0", "--scrape-interval=1s",
                 "--evaluation-interval=1s"], stdout=out)
        try:
            deadline = time.monotonic() + 30
            while "events: " not in (text := (work / "out").read_text()):
                assert time.monotonic() < deadline and sidecar.poll() is None, "it does not start"
                time.sleep(0.1)
            addresses = dict(re.findall(r"^(\w+): (\S+)$", text, re.MULTILINE))
            page = fill(addresses["scrapes"], addresses["events"])
            check(addresses["scrapes"] + "/", page, browser, work)
        finally:
            sidecar.kill()
            sidecar.wait()
    return 0


sys.exit(main())
