"""The figures about a set of pairs."""

from t2s_pipeline.preferences.quality import pair_quality


def pair(example_id, pair_type, origin, prompt_id, margin, executable):
    return {
        "example_id": example_id,
        "database_id": "toy/one",
        "pair_type": pair_type,
        "origin": origin,
        "prompt_id": prompt_id,
        "chosen_sql": "SELECT 1",
        "rejected_sql": "SELECT 2",
        "reward_margin": margin,
        "edit_distance_ratio": 0.25,
        "rejected_executable": executable,
        "prompt_moved": False,
    }


def test_counts_shares_and_means():
    quality = pair_quality(
        [
            pair("e1", "gold_vs_failed_attempt", "gold_fallback", "p1", 0.8, True),
            pair("e1", "synthetic_wrong_column", "synthetic", "p1", 1.2, True),
            pair("e2", "synthetic_wrong_column", "synthetic", "p2", 1.0, False),
            pair("e3", "synthetic_wrong_column", "synthetic", "p3", 1.0, True),
        ]
    )
    assert quality["pairs"] == 4
    assert quality["examples"] == 3
    assert quality["by_type"]["synthetic_wrong_column"] == {"pairs": 3, "share": 0.75}
    assert quality["by_origin"]["gold_fallback"]["pairs"] == 1
    assert quality["mean_reward_margin"] == 1.0
    assert quality["min_reward_margin"] == 0.8
    assert quality["duplicates"] == 1
    assert quality["rejected_executable_rate"] == 0.75


def test_no_pairs_have_no_means():
    quality = pair_quality([])
    assert quality["pairs"] == 0
    assert quality["mean_reward_margin"] is None
    assert quality["by_type"] == {}
