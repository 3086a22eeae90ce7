"""What every test has: Hypothesis without a clock, for these tests share a busy machine."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.qemus import QEMUS

settings.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("steady")


@pytest.fixture(params=QEMUS)
def each_qemu(request: pytest.FixtureRequest) -> str:
    """Each QEMU at hand in turn, by its path."""
    path: str = request.param
    return path
