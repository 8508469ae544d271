"""Limits as a team writes them, and what measurements make of them."""

import pytest

from bot.domain.findings import Finding, Severity
from bot.domain.measurements import findings, parse_limit

ROWS = [
    ("p95_ms at most 200", {"p95_ms": 200.0}, None, None),
    ("p95_ms at most 200", {"p95_ms": 200.5}, None, "p95_ms is 200.5; it must be at most 200."),
    ("rps at least 500", {"rps": 499.0}, None, "rps is 499; it must be at least 500."),
    ("rps at least 500", {"rps": 500.0}, None, None),
    ("p95_ms at most 10 % above the previous release", {"p95_ms": 110.0}, {"p95_ms": 100.0}, None),
    ("p95_ms at most 10% above the previous release", {"p95_ms": 111.0}, {"p95_ms": 100.0},
     "p95_ms is 111 and was 100 in the previous release (+11%); it must be at most 10% above the previous release, which is 110."),
    ("rps at most 5 % below the previous release", {"rps": 94.0}, {"rps": 100.0},
     "rps is 94 and was 100 in the previous release (-6%); it must be at most 5 % below the previous release, which is 95."),
    ("rps at most 5 % below the previous release", {"rps": 900.0}, {"rps": 100.0}, None),
    ("p95_ms at most 10 % above the previous release", {"p95_ms": 900.0}, None, None),
]  # fmt: skip


def test_what_was_measured_before_the_deployment_is_compared_with_by_itself() -> None:
    limits = [
        parse_limit("p95_ms at most 20 % above the baseline"),
        parse_limit("rps at most 5 % below the baseline"),
    ]

    (found,) = findings(
        limits, {"p95_ms": 412, "rps": 100}, {"p95_ms": 500}, "POST-1", {"p95_ms": 180, "rps": 100}
    )

    assert found.sentence == (
        "p95_ms is 412 and was 180 before the deployment (+129%); it must be at most 20 % above the baseline, which is 216."
    )
    assert findings(limits, {"p95_ms": 412, "rps": 1}, None, "POST-1") == (), "a hotfix has no baseline"


@pytest.mark.process("TEST-3")
@pytest.mark.parametrize(("limit", "measured", "previous", "sentence"), ROWS)
def test_a_limit_holds_or_says_why_not(
    limit: str, measured: dict[str, float], previous: dict[str, float] | None, sentence: str | None
) -> None:
    expected = () if sentence is None else (Finding(limit, "TEST-3", Severity.BLOCKS, sentence),)

    assert findings([parse_limit(limit)], measured, previous, "TEST-3") == expected


def test_what_was_not_measured_is_inconclusive_and_does_not_pass() -> None:
    limits = [parse_limit("p95_ms at most 200"), parse_limit("rps at most 5 % below the previous release")]

    assert findings(limits, {"rps": 5.0}, {}, "TEST-3") == (
        Finding(
            "p95_ms at most 200",
            "TEST-3",
            Severity.INCONCLUSIVE,
            "p95_ms was not measured, so nobody knows whether it is at most 200.",
        ),
        Finding(
            "rps at most 5 % below the previous release",
            "TEST-3",
            Severity.INCONCLUSIVE,
            "rps is 5, and it was not measured in the previous release.",
        ),
    )


@pytest.mark.parametrize(
    "text",
    ["", "p95_ms", "p95_ms below 200", "p95_ms at most -1", "rps at least 10 % above the previous release", "a at most 1e9"],
)  # fmt: skip
def test_what_is_no_limit_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="must be a limit, as `p95_ms at most 200`"):
        parse_limit(text)
