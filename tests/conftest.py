"""Fixtures every test may use. With NIANBAO_REQUIRE_ALL=1 a missing program or corpus is a failure, not a skip."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

settings.register_profile("nianbao", deadline=None)
settings.load_profile("nianbao")
"""No example has a time to keep: a machine that does other things is no defect."""

os.environ["COLUMNS"] = "250"
"""One width for every test, whoever makes the console first: no table is cut short."""

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def missing(what: str) -> NoReturn:
    if os.environ.get("NIANBAO_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} (required here: NIANBAO_REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation material beside the checkout: real reports and pages, gold and scorers."""
    if not (SHARED / "corpus").is_dir():
        missing("needs the evaluation material in ../shared (corpus, codebook, eval)")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a headless Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    missing("needs Chromium (Debian package chromium)")


@pytest.fixture(scope="session")
def office() -> str:
    """Path of LibreOffice with Writer and Calc."""
    if path := shutil.which("soffice"):
        return path
    missing("needs LibreOffice (Debian packages libreoffice-writer-nogui, libreoffice-calc-nogui)")
