"""The records of training runs: metric rows, curve blocks, log lines and checkpoints, and their repository."""

from shared.runs.blocks import CurveBlocks, extremes_of
from shared.runs.records import BLOCK_STEPS, CheckpointRecord, CurveBlock, Extremes, LogLevel, LogLine, MetricRow
from shared.runs.repository import LogQuery, RunRepository

__all__ = [
    "BLOCK_STEPS",
    "CheckpointRecord",
    "CurveBlock",
    "CurveBlocks",
    "Extremes",
    "LogLevel",
    "LogLine",
    "LogQuery",
    "MetricRow",
    "RunRepository",
    "extremes_of",
]
