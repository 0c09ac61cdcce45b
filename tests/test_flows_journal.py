"""The journal is read once however often it is asked, and anew when it has grown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import journal as module
from flows.journal import Entry, Journal
from flows.night import clock_problems
from warehouse.records import RunRow

AT = datetime(2025, 3, 1, tzinfo=UTC)


def run(number: int) -> RunRow:
    return RunRow(f"run-{number}", "night", AT, AT, "succeeded")


def test_a_file_that_has_not_changed_is_parsed_once_and_every_entry_written_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse = module._entry

    def counted(data: dict[str, dict[str, str]]) -> Entry:
        parsed.append(data["run"]["run_id"])
        return parse(data)

    monkeypatch.setattr(module, "_entry", counted)
    path = tmp_path / "runs.jsonl"
    Journal(path).append(Entry(run(1)))
    for _ in range(3):
        assert [one.run_id for one in Journal(path).runs()] == ["run-1"]
        assert Journal(path).decisions() == ()
    assert parsed == ["run-1"]
    Journal(path).append(Entry(run(2)))
    assert [one.run_id for one in Journal(path).runs()] == ["run-1", "run-2"]
    with path.open("a", encoding="utf-8") as file:
        file.write('{"run": {"torn')
    assert [one.run_id for one in Journal(path).runs()] == ["run-1", "run-2"]
    Journal(path).append(Entry(run(3)))
    assert [one.run_id for one in Journal(path).runs()] == ["run-1", "run-2", "run-3"]


def test_a_clock_that_was_set_back_is_told_with_both_times(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "runs.jsonl")
    journal.append(Entry(replace(run(1), started_at=datetime(2030, 1, 5, 16, tzinfo=UTC))))
    now = journal.begin("night", AT)
    (problem,) = clock_problems(journal, now)
    assert (
        "2025-03-01 08:00" in problem
        and "2030-01-06 00:00" in problem
        and "whether the clock is right" in problem
    )
    journal.append(Entry(replace(now, status="succeeded", finished_at=AT)))
    next_night = journal.begin("night", AT + timedelta(days=1))
    assert list(clock_problems(journal, next_night)) == [], "one night tells it"
