"""Load the tables in a folder of newline-delimited JSON into DuckDB with dlt; prints the seconds it took.

Run by `measure.py` with the Python that has dlt. The rows are in memory before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import dlt


def main(folder: Path, database: Path) -> None:
    tables = {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.ndjson"))
    }
    pipeline = dlt.pipeline(
        "peer",
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="main",
        pipelines_dir=str(folder / "dlt"),
    )
    began = time.perf_counter()
    pipeline.run(
        [dlt.resource(rows, name=name, max_table_nesting=0) for name, rows in tables.items() if rows]
    )
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
