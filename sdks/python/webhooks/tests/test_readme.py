"""The README's samples run."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import servers  # noqa: F401 (sets Django up)
from signed import BODY, OLD_SECRET, SECRET, standard

README = Path(__file__).resolve().parents[1] / "README.md"
SAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("at", range(len(SAMPLES)))
def test_a_sample_runs(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    run(at, monkeypatch)


def run(at: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    names: dict[str, Any] = {"__name__": "sample"}
    exec(compile(SAMPLES[at], f"README sample {at}", "exec"), names)
    return names


def test_verifying_with_the_library_and_by_hand_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    receive = run(0, monkeypatch)["receive"]
    is_genuine = run(len(SAMPLES) - 1, monkeypatch)["is_genuine"]
    for secret, expected in [(SECRET, True), (OLD_SECRET, False)]:
        headers = standard(BODY, time.time_ns() // 1_000_000, secret=secret)
        assert receive(BODY, headers) == ((204, "") if expected else (401, "Invalid signature"))
        assert is_genuine(SECRET, BODY, headers) is expected
