"""Under which licence a data set is, for whatever is made of its questions: adapters and exported files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataLicence:
    """`identifier` as model hubs write it; `text` names the data set, the licence and whom to credit."""

    identifier: str
    text: str


_LICENCES = {
    "embedded": DataLicence(
        "cc-by-4.0", "the project's embedded data set, CC BY 4.0 (its DATA_CARD.md says whom to credit)."
    ),
    "spider": DataLicence("cc-by-sa-4.0", "Spider, CC BY-SA 4.0 (https://yale-lily.github.io/spider)."),
    "bird": DataLicence("cc-by-sa-4.0", "BIRD, CC BY-SA 4.0 (https://bird-bench.github.io)."),
    "wikisql": DataLicence(
        "bsd-3-clause", "WikiSQL, BSD 3-Clause, (c) 2017 Salesforce Research (https://github.com/salesforce/WikiSQL)."
    ),
}


def data_licence(kind: str, name: str) -> DataLicence:
    """The licence of the data set `name` of this kind (as in the configuration); else the owner's terms."""
    return _LICENCES.get(kind) or DataLicence("other", f"{name}, under its owner's terms.")
