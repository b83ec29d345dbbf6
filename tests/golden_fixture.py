"""The fixture of `golden_stages.py`: settings, a model's written answers, SQL to judge, answers to extract SQL from."""

from __future__ import annotations

from t2s_pipeline.config import ArmConfig, DatasetConfig, RecipeConfig, RolloutConfig, TrainConfig

EXPERIMENT = "golden"
DATASET = DatasetConfig(kind="embedded", train_limit=20, dev_limit=20)
RETRIEVALS = (
    RolloutConfig(retrieval_mode="full"),
    RolloutConfig(),
    RolloutConfig(retrieval_mode="bm25", top_k_tables=2),
    RolloutConfig(retrieval_mode="bm25_fk", top_k_tables=1),
    RolloutConfig(retrieval_mode="full", schema_style="ddl", max_prompt_tokens=600),
    RolloutConfig(retrieval_mode="full", schema_style="mschema"),
)
REPAIR = ArmConfig(max_turns=3, num_samples=2, temperature=0.7, feedback_detail="minimal", match_rule="strict")
ARMS = {"base": ArmConfig(), "repair": REPAIR, "absent": ArmConfig()}
TRAIN = TrainConfig(synthetic_per_example=2, rollouts=REPAIR)
RECIPE = RecipeConfig(
    min_reward_margin=0.3,
    input_fraction_limits={"synthetic": 0.4},
    pair_type_max_fractions={"gold_vs_failed_attempt": 0.5},
)

# `{gold}` is the example's gold; the model walks through the list by example, turn and sample.
ANSWERS = (
    "{gold}",
    "SELECT nome FROM nowhere",
    "SELECT * FROM ({gold}) WHERE 1 = 0",
    "```sql\n{gold};\n```\nThis is it.",
    "I do not know.",
    "SELECT 1, 2",
    "SQL: SELECT DISTINCT * FROM ({gold})",
    "SELECT 1; SELECT 2",
    "DELETE FROM nowhere",
    "SELECT count(*) FROM ({gold})",
    "SELECT FROM",
)

SHOP = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, kind TEXT);
INSERT INTO item VALUES (1, 'pen', 1.5, 'a'), (2, 'ink', 4, 'b'), (3, 'pad', 0.5, 'a'), (4, 'pen', NULL, 'b');
"""
# (gold, candidate)
JUDGED = (
    ("SELECT name FROM item", "SELECT name FROM item ORDER BY id DESC"),
    ("SELECT name FROM item ORDER BY id", "SELECT name FROM item ORDER BY id DESC"),
    ("SELECT name FROM item", "SELECT DISTINCT name FROM item"),
    ("SELECT DISTINCT name FROM item", "SELECT name FROM item"),
    ("SELECT name, price FROM item", "SELECT price, name FROM item"),
    ("SELECT name FROM item WHERE price >= 1", "SELECT name FROM item WHERE price > = 1"),
    ("SELECT count(*) FROM item", "SELECT 4.0"),
    ("SELECT avg(price) FROM item", "SELECT sum(price) / 3 FROM item"),
    ("SELECT name FROM item", "SELECT name FROM item WHERE price > 99"),
    ("SELECT name FROM item", "SELECT name FROM item LIMIT 2"),
    ("SELECT name FROM item", "SELECT kind FROM item"),
    ("SELECT name FROM item", 'SELECT "nome" FROM item'),
    ("SELECT name FROM item", "SELECT nome FROM item"),
    ("SELECT name FROM item", "SELECT T9.name FROM item AS T1"),
    ("SELECT name FROM item", "SELECT name FROM items"),
    ("SELECT name FROM item", "SELECT name, id FROM item AS a JOIN item AS b"),
    ("SELECT name FROM item", "SELECT nofunction(name) FROM item"),
    ("SELECT name FROM item", "SELECT name FROM item WHERE count(*) > 1"),
    ("SELECT name FROM item", "SELEC name FROM item"),
    ("SELECT name FROM item", "SELECT name FROM"),
    ("SELECT name FROM item", "SELECT 'name"),
    ("SELECT name FROM item", ""),
    ("SELECT name FROM item", "SELECT name FROM item; SELECT 1"),
    ("SELECT name FROM item", "SELECT name FROM item -- and a comment"),
    ("SELECT name FROM item", "DROP TABLE item"),
    ("SELECT name FROM item", "PRAGMA table_info(item)"),
    ("SELECT name FROM item", "ATTACH 'x.db' AS x"),
    ("SELECT name FROM item", "SELECT random()"),
    ("SELECT name FROM item", "SELECT zeroblob(900000000)"),
    ("SELECT date('now')", "SELECT date('now')"),
    ("SELECT name FROM item", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"),
    ("SELECT nome FROM item", "SELECT name FROM item"),
    (None, "SELECT name, x'00ff', 1e999 FROM item"),
)

TEXTS = (
    "SELECT 1",
    " SELECT 1 ; ",
    "```sql\nSELECT 1;\n```",
    "```\nSELECT 1\n```\nThis counts.",
    "Sure! Here it is:\n```sql\nSELECT 'a;b' -- c\nFROM t\n```",
    "SQL: SELECT 1",
    "SQL: SQL: SELECT 1",
    "The query is SELECT a FROM t WHERE b = 'it''s'",
    "<think>SELECT 1</think>SELECT 2",
    "<think>SELECT 1",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "I come with a few words alone.",
    "DELETE FROM t",
    "select a from t\n\nThis selects a.",
    "SELECT a FROM t\nExplanation: none",
    "SELECT a FROM t<|im_end|>",
    'SELECT "a;b" FROM [c;d]; DROP TABLE t',
    "",
)

GRADED = (
    "SELECT count(*) FROM item",
    "SELECT name, kind FROM item WHERE price > 1 ORDER BY price LIMIT 1",
    "SELECT kind, count(*), avg(price) FROM item WHERE price > 1 GROUP BY kind HAVING count(*) > 1",
    "SELECT name FROM item WHERE price > (SELECT avg(price) FROM item)",
    "SELECT name FROM item WHERE id NOT IN (SELECT id FROM item WHERE kind = 'a') AND price > 1 AND name LIKE 'p%'",
    "SELECT name FROM item UNION SELECT kind FROM item",
    "SELECT T1.name FROM item AS T1 JOIN item AS T2 ON T1.id = T2.id WHERE T1.price BETWEEN 1 AND 2 OR T2.kind = 'b'",
    "SELECT CASE WHEN id = 1 THEN 2 END FROM item",
)
