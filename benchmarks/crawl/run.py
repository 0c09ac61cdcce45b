"""Pages per second of CPU: a night of nianbao beside Scrapy on the same loopback site, turn by turn.

python -m venv /path/of/its/own && /path/of/its/own/bin/pip install scrapy
.venv/bin/python benchmarks/crawl/run.py --scrapy /path/of/its/own/bin/python --pages 2000 --rounds 3
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measure(command: list[str], pages: int) -> tuple[float, float]:
    """CPU seconds (user and system) and wall seconds of a command that prints how many pages it fetched."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1])
    assert child.stdout is not None
    told = child.stdout.read().split()
    _, status, usage = os.wait4(child.pid, 0)
    if status or told[-1:] != [str(pages)]:
        raise SystemExit(f"{command[1]} fetched {told} of {pages} pages, status {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scrapy", required=True, help="the Python of an environment that holds Scrapy")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    ours = [sys.executable, str(HERE / "with_nianbao.py"), "{url}", "{to}"]
    peers = {
        "nianbao, fetched, classified, archived": [*ours, "fetch"],
        "nianbao, a whole night: each page read too": [*ours, "night"],
        "Scrapy, 1 at a time, plain files": [
            arguments.scrapy,
            str(HERE / "with_scrapy.py"),
            "{url}",
            "{to}",
            "1",
        ],
        "Scrapy, 16 at a time, plain files": [
            arguments.scrapy,
            str(HERE / "with_scrapy.py"),
            "{url}",
            "{to}",
            "16",
        ],
    }
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    for _ in range(arguments.rounds):
        for name, command in peers.items():
            folder = Path(tempfile.mkdtemp())
            with subprocess.Popen(
                [sys.executable, str(HERE / "loopback_site.py"), str(arguments.pages)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as site:
                assert site.stdout is not None
                url = site.stdout.readline().strip()
                filled = [part.format(url=url, to=folder / "out") for part in command]
                cpu, wall = measure(filled, arguments.pages)
            rates[name].append((arguments.pages / cpu, arguments.pages / wall))
            shutil.rmtree(folder)
    print("| | pages per CPU second (median) | lowest to highest | pages per second |\n|---|---|---|---|")
    for name, told in rates.items():
        cpu_rates = [cpu for cpu, _ in told]
        wall_rate = statistics.median(wall for _, wall in told)
        print(
            f"| {name} | {statistics.median(cpu_rates):,.0f} | {min(cpu_rates):,.0f} to {max(cpu_rates):,.0f} "
            f"| {wall_rate:,.0f} |"
        )


if __name__ == "__main__":
    main()
