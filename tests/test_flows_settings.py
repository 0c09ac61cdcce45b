"""Settings: where a value comes from, what overrides what, how a mistake is named."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.settings import SettingsError, explain_settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("NIANBAO_")]:
        monkeypatch.delenv(name)


def write(home: Path, text: str) -> Path:
    (home / "nianbao.toml").write_text(text, encoding="utf-8")
    return home


def test_defaults_lie_under_the_home(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.archive == tmp_path / "archive"
    assert settings.publish == tmp_path / "publish"
    assert settings.serve.cron == "0 2 * * *"
    assert settings.serve.timezone == "Asia/Shanghai"


def test_environment_overrides_file_overrides_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, 'publish = "out"\n[serve]\ncron = "5 3 * * *"\nport = 5001\n')
    monkeypatch.setenv("NIANBAO_SERVE__PORT", "5002")
    settings = load_settings(tmp_path)
    assert settings.publish == tmp_path / "out"
    assert (settings.serve.cron, settings.serve.port) == ("5 3 * * *", 5002)
    origins = {origin.field: origin.source for origin in explain_settings(tmp_path)}
    assert origins["publish"] == origins["serve.cron"] == str(tmp_path / "nianbao.toml")
    assert origins["serve.port"] == "NIANBAO_SERVE__PORT"
    assert origins["serve.timezone"] == "default"


def test_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path))
    assert load_settings().home == tmp_path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[serve]\nport = 0\n", ["nianbao.toml", "serve.port"]),
        ("[serve]\nprot = 1\n", ["nianbao.toml", "serve.prot", "no such setting"]),
        ('colour = "red"\n', ["nianbao.toml", "colour", "no such setting"]),
        ("port = = 1\n", ["nianbao.toml", "line 1"]),
        ('home = "/elsewhere"\n', ["home", "NIANBAO_HOME"]),
        ('[serve]\ncron = "0 25 * * *"\n', ["serve.cron", "bad hour"]),
        ('[serve]\ncron = "every night"\n', ["serve.cron", "number of fields"]),
        ('[serve]\ntimezone = "Asia/Peking"\n', ["serve.timezone", "Asia/Shanghai"]),
        ('[serve]\ntimezone = "../etc"\n', ["serve.timezone", "Asia/Shanghai"]),
        ('[serve]\ntimezone = "Asia"\n', ["serve.timezone", "Asia/Shanghai"]),
    ],
)
def test_a_mistake_names_file_and_field(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    for word in words:
        assert word in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_SERVE__PORT", "many")
    with pytest.raises(SettingsError, match=r"NIANBAO_SERVE__PORT: serve\.port"):
        load_settings(tmp_path)


def test_config_check_prints_values_and_origins(tmp_path: Path) -> None:
    write(tmp_path, "[serve]\nport = 5001\n")
    result = CliRunner().invoke(app, ["config", "check", "--home", str(tmp_path)], env={"COLUMNS": "250"})
    assert result.exit_code == 0
    row = next(line for line in result.output.splitlines() if "serve.port" in line)
    assert "5001" in row and "nianbao.toml" in row


def test_the_settings_file_in_the_docs_is_accepted(root: Path, tmp_path: Path) -> None:
    (sample,) = re.findall(
        r"^```toml\n(.*?)^```", (root / "docs/operations.md").read_text("utf-8"), re.M | re.S
    )
    result = CliRunner().invoke(app, ["config", "check", "--home", str(write(tmp_path, sample))])
    assert result.exit_code == 0, result.output
    assert load_settings(tmp_path).collector.contact


def test_the_docs_have_every_setting_with_its_default(root: Path, tmp_path: Path) -> None:
    table = (root / "docs/operations.md").read_text("utf-8").split("| setting |")[1].split("\n\n")[0]
    stated = dict(re.findall(r"^\| `([\w.]+)` \| `?([^|`]*)`? \|", table, re.MULTILINE))
    (tmp_path / "sources").mkdir()
    origins = {one.field: one.value for one in explain_settings(tmp_path) if "collector" not in one.field}
    assert stated.keys() == origins.keys()
    under_home = {field: value.removeprefix(f"{tmp_path}/") for field, value in origins.items()}
    assert stated == under_home | {"home": ".nianbao", "gazetteer": "none"}


def test_every_variable_the_project_reads_is_known_and_in_the_docs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt run by hand and the tests read variables of their own, which are no misspelt settings."""
    told = "".join(
        path.read_text("utf-8") for path in (root / "docs/operations.md", root / "CONTRIBUTING.md")
    )
    used = {"NIANBAO_HOME"}
    for file in (root / "dbt_like_sql/profiles.yml", *(root / "tests").glob("conftest.py")):
        used |= set(re.findall(r"NIANBAO_[A-Z_]+", file.read_text("utf-8")))
    assert "NIANBAO_DATABASE" in used
    for name in used:
        assert f"`{name}" in told, name
        monkeypatch.setenv(name, str(tmp_path))
    result = CliRunner().invoke(app, ["config", "check"])
    assert result.exit_code == 0, result.output


def test_config_check_fails_on_a_misspelt_variable(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["config", "check", "--home", str(tmp_path)], env={"NIANBAO_SERVE__PROT": "1"}
    )
    assert result.exit_code == 1
    assert "NIANBAO_SERVE__PROT" in result.output
