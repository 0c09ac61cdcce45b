"""The house rules that imports tell: which way they go, where the network, Prefect and the disk may be."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("extractors", "warehouse", "flows")
LOWER = {"extractors": {"warehouse", "flows"}, "warehouse": {"flows"}, "flows": set[str]()}
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "httpx_retries", "requests", "smtplib", "socket", "ssl"}
HARMLESS = {"http.cookiejar", "http.client.responses", "http.HTTPStatus"}
IMPURE = {"duckdb", "dbt", "os", "pathlib", "random", "shutil", "sqlite3", "subprocess", "tempfile", "time"}
DISK_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "unlink"}
CLOCK_CALLS = {"now", "today", "utcnow"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every dotted name a module imports, `from a import b` as `a.b`; late ones and those for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_of(imported: str, packages: Iterable[str]) -> bool:
    return any(imported == package or imported.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    assert modules(room)
    reverse = {
        f"{name_of(path)} imports {imported}"
        for path in modules(room)
        for imported in imports(path)
        if is_of(imported, LOWER[room])
    }
    assert reverse == set()


def test_network_is_in_the_collector_and_the_demo_only() -> None:
    doors = ("flows/collector/", "flows/demo/")
    ports = {"flows/serving.py imports socket"}
    found = {
        f"{name_of(path)} imports {imported}"
        for room in ROOMS
        for path in modules(room)
        if not name_of(path).startswith(doors)
        for imported in imports(path)
        if (is_of(imported, NETWORK) or is_of(imported, {"urllib.request"})) and not is_of(imported, HARMLESS)
    }
    assert found <= ports, "only the Prefect server's own port is looked at"


def test_prefect_is_in_flows_and_not_in_the_collector() -> None:
    found = {
        f"{name_of(path)} imports {imported}"
        for room in ROOMS
        for path in modules(room)
        if room != "flows" or name_of(path).startswith("flows/collector/")
        for imported in imports(path)
        if is_of(imported, {"prefect"})
    }
    assert found == set()


def test_extractors_have_no_disk_clock_or_database() -> None:
    found = {
        f"{name_of(path)}:{line} {what}"
        for path in modules("extractors")
        if path.name not in BUILDERS
        for line, what in impure(path)
    }
    assert found == set()


BUILDERS = {"build_gazetteer.py", "gazetteer.py"}
"""The builder of package data, and the loader that may be given a gazetteer file of the operator's."""


def impure(path: Path) -> Iterator[tuple[int, str]]:
    """Imports and calls that reach beyond bytes and package data; those on a Traversable are package data."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reads_package_data = any(imported.startswith("importlib.resources") for imported in imports(path))
    for imported in imports(path):
        if is_of(imported, IMPURE):
            yield 0, f"imports {imported}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            yield node.lineno, "opens a file"
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in DISK_CALLS and not reads_package_data:
                yield node.lineno, f"calls .{node.func.attr}()"
            if node.func.attr in CLOCK_CALLS:
                yield node.lineno, f"asks the clock: .{node.func.attr}()"


def test_the_test_sees_what_it_forbids(tmp_path: Path) -> None:
    sinner = tmp_path / "sinner.py"
    sinner.write_text(
        "import os\nfrom datetime import datetime\nfrom pathlib import Path\n"
        "def f():\n    import httpx\n    open('x')\n    Path('x').read_text()\n    return datetime.now()\n",
        encoding="utf-8",
    )
    assert {what for _, what in impure(sinner)} == {
        "imports os",
        "imports pathlib.Path",
        "opens a file",
        "calls .read_text()",
        "asks the clock: .now()",
    }
    assert "httpx" in set(imports(sinner))


def test_the_index_of_decisions_has_every_one() -> None:
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"^\| \[(\d+ [^]]+)\]\(([^)]+)\) \|", (folder / "README.md").read_text("utf-8"), re.M)
    records = sorted(path for path in folder.glob("0*.md"))
    titles = [
        path.read_text("utf-8").partition("\n")[0].removeprefix("# ").replace(". ", " ", 1)
        for path in records
    ]
    assert listed == list(zip(titles, (path.name for path in records), strict=True))


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is_for(room: str) -> None:
    silent = {
        name_of(path)
        for path in modules(room)
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert silent == set()
