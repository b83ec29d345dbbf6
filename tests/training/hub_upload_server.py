"""A small real hub that takes commits: the routes by which huggingface_hub makes a repository and uploads files."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.http_server import Handler, LocalServer


class _Routes(Handler):
    owner: UploadServer

    def do_POST(self) -> None:
        body = self.body()
        path = self.path.strip("/").split("?")[0]
        if path == "api/validate-yaml":
            self._say(200, {"errors": [], "warnings": []})
        elif self.headers.get("Authorization") != f"Bearer {self.owner.key}":
            self._say(401, {"error": "who are you?"})
        elif path == "api/repos/create":
            asked = json.loads(body)
            hub_id = f"{asked['organization']}/{asked['name']}"
            self.owner.repositories[hub_id] = asked.get("visibility") == "private" or bool(asked.get("private"))
            self._say(200, {"url": f"{self.owner.address}/{hub_id}", "name": hub_id})
        elif "/preupload/" in path:
            said = {"uploadMode": "regular", "shouldIgnore": False}
            self._say(200, {"files": [{"path": file["path"], **said} for file in json.loads(body)["files"]]})
        elif "/commit/" in path:
            self._commit(path, [json.loads(line) for line in body.decode().splitlines()])
        else:
            self._say(404, {"error": path})

    def _commit(self, path: str, lines: list[dict[str, Any]]) -> None:
        hub_id, _, branch = path.removeprefix("api/models/").partition("/commit/")
        header = next(line["value"] for line in lines if line["key"] == "header")
        files = {
            line["value"]["path"]: base64.b64decode(line["value"]["content"]) for line in lines if line["key"] == "file"
        }
        self.owner.commits.append((hub_id, branch, header["summary"], files))
        self._say(200, {"commitUrl": f"{self.owner.address}/{hub_id}/commit/{'c' * 40}", "commitOid": "c" * 40})

    def _say(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class UploadServer(LocalServer):
    """`commits` are (hub id, branch, message, content by file name); `key` is the only one that may write."""

    handler = _Routes

    def __init__(self, key: str) -> None:
        self.key = key
        self.repositories: dict[str, bool] = {}
        self.commits: list[tuple[str, str, str, dict[str, bytes]]] = []
        super().__init__()
