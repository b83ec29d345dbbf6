"""The page for a person: one file, which asks nothing of a network but its own server.

    html, policy = ask_page()           # the page, and the value of its Content-Security-Policy header

It holds nothing of any database. What the server answers is put in by its script as text, never as HTML, and the policy
lets no other script or style run.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template

from t2s_pipeline.asking.asker import MAX_QUESTION

_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def ask_page() -> tuple[str, str]:
    """The page, and the policy under which it is sent."""
    html, style, script = (files(__package__).joinpath(f"page.{kind}").read_text("utf-8") for kind in _KINDS)
    page = Template(html).substitute(style=style, script=script, max_question=MAX_QUESTION)
    return page, _POLICY.format(script=_hash(script), style=_hash(style))


_KINDS = ("html", "css", "js")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
