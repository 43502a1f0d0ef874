import numpy as np
import pytest

from review.shares import block_share, wilson


def two_state_chain(rng: np.random.Generator, count: int, stay: float) -> np.ndarray:
    """A chain that is in its first state half of the time and changes with probability 1 - stay."""
    changes = rng.uniform(size=count) > stay
    return (np.cumsum(changes) + rng.integers(2)) % 2 == 0


def test_wilson_agrees_with_the_published_example():
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263, 95 %, score method without correction
    assert wilson(81 / 263, 263, 1.959964) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_of_nothing_begins_at_zero():
    # the same table: 0 of 20
    assert wilson(0.0, 20, 1.959964) == pytest.approx((0.0, 0.1611), abs=5e-5)


@pytest.mark.parametrize("blocks", [6, 30, 120])
@pytest.mark.parametrize("stay", [0.9, 0.99, 0.999])
def test_the_interval_covers_the_truth_although_frames_are_autocorrelated(blocks, stay):
    rng = np.random.default_rng(3)
    per_block, runs, covered, naive = 300, 200, 0, 0
    for _ in range(runs):
        hits = two_state_chain(rng, blocks * per_block, stay)
        share = block_share(hits, np.full(len(hits), 1 / 30), np.repeat(np.arange(blocks), per_block))
        covered += share.low <= 0.5 <= share.high
        low, high = wilson(float(hits.mean()), len(hits), 1.96)
        naive += low <= 0.5 <= high
    # measured: 1.00 for states of 0.3 and 3 s, 0.89 to 0.97 for states of 33 s, of which five minutes hold only nine
    assert covered / runs >= 0.87
    assert naive / runs < 0.7


def test_readings_of_one_block_are_one_piece_of_evidence():
    hits = np.repeat([True, False, True, True, False, True], 300)
    share = block_share(hits, np.ones(1800), np.repeat(np.arange(6), 300))
    assert share.share == pytest.approx(4 / 6)
    assert share.effective_n <= 6
    assert share.low < 0.35
    assert share.high > 0.85


def test_what_never_happened_still_has_an_upper_bound():
    share = block_share(np.zeros(900, bool), np.ones(900), np.repeat(np.arange(30), 30))
    assert (share.share, share.low) == (0.0, 0.0)
    assert 0.05 < share.high < 0.2


def test_readings_count_by_their_seconds():
    hits = np.array([True, False, True, False])
    assert block_share(hits, np.array([3.0, 1.0, 3.0, 1.0]), np.array([0, 0, 1, 1])).share == pytest.approx(0.75)


def test_one_block_has_no_interval():
    with pytest.raises(ValueError, match="two blocks"):
        block_share(np.ones(5, bool), np.ones(5), np.zeros(5, int))
