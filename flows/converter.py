"""LibreOffice as a converter of legacy Word files, in a process of its own with a profile of its own.

Macros do not run, links are not followed, nothing of a user's own installation is read or written.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

HOW_TO_INSTALL = "install LibreOffice Writer (Debian package libreoffice-writer-nogui)"
_SECONDS = 120
_MEMORY = 4_000_000_000
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


class ConversionError(Exception):
    """A file could not be converted; the message says why."""


@dataclass(frozen=True, slots=True)
class Converter:
    """One installed LibreOffice; `label` names it and its version."""

    program: str
    label: str

    @classmethod
    @cache
    def find(cls) -> Self | None:
        """The LibreOffice on the PATH, or None."""
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            told = _run([program, "--version"], Path(folder))
        return cls(program, told.stdout.strip() or "LibreOffice")

    def convert(self, data: bytes, suffix: str) -> bytes:
        """`data` as a file of the format `suffix` (docx). Raises ConversionError."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            profile = folder / "profile" / "user"
            profile.mkdir(parents=True)
            (profile / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
            (folder / "file.doc").write_bytes(data)
            command = [
                self.program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
                *("--convert-to", suffix, "--outdir", str(folder), str(folder / "file.doc")),
            ]
            told = _run(command, folder)
            result = folder / f"file.{suffix}"
            if not result.exists():
                raise ConversionError(told.stderr.strip()[-300:] or "nothing came out")
            return result.read_bytes()


def _profile() -> str:
    """The settings as a profile of LibreOffice's holds them (registrymodifications.xcu)."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a session of its own, so that what it started ends with it when it takes too long."""
    try:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C.UTF-8"},
            preexec_fn=_bounded,
            start_new_session=True,
        )
    except OSError as error:
        raise ConversionError(str(error)) from error
    with process:
        try:
            told, complained = process.communicate(timeout=_SECONDS)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise ConversionError(f"not finished after {_SECONDS} s") from error
            raise
    return subprocess.CompletedProcess(command, process.returncode, told, complained)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
