"""What a request to ask may hold, as a schema: anything else is told what is wrong with it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from t2s_pipeline.asking.asker import MAX_QUESTION

MAX_NAME = 500


class AskRequest(BaseModel):
    """The body of `POST /ask`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    db: Annotated[str, Field(min_length=1, max_length=MAX_NAME, description="A name that GET /databases lists.")]
    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION, description="The question, in plain words.")]
