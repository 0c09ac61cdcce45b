"""The archive: what came back and what was asked, kept once and never changed."""

from flows.collector.archive.model import ArchiveError, Capture, Flaw, ReadingHead, Sent
from flows.collector.archive.store import Archive

__all__ = ["Archive", "ArchiveError", "Capture", "Flaw", "ReadingHead", "Sent"]
