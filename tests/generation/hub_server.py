"""A small real hub: the routes by which huggingface_hub finds a revision's files and reads them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.http_server import Handler, LocalServer


def commit_of(folder: Path) -> str:
    """What the server calls the state of a folder: 40 hex characters of its content."""
    content = b"".join(file.name.encode() + file.read_bytes() for file in sorted(folder.iterdir()))
    return hashlib.sha1(content).hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _Routes(Handler):
    owner: HubServer

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def _serve(self, with_body: bool) -> None:
        path = self.path.split("?")[0].strip("/")
        if path.startswith("api/models/") and "/tree/" in path:
            hub_id, _, revision = path.removeprefix("api/models/").partition("/tree/")
            self._tree(hub_id, revision)
        elif path.startswith("api/models/"):
            hub_id, _, revision = path.removeprefix("api/models/").partition("/revision/")
            self._info(hub_id, revision or "main")
        else:
            hub_id, _, rest = path.partition("/resolve/")
            revision, _, name = rest.partition("/")
            self._file(hub_id, revision, name, with_body)

    def _folder(self, hub_id: str, revision: str) -> Path | None:
        for (known, branch), folder in self.owner.repositories.items():
            if known == hub_id and revision in (branch, commit_of(folder)):
                return folder
        known = any(name == hub_id for name, _ in self.owner.repositories)
        self._say(404, b"{}", {"X-Error-Code": "RevisionNotFound" if known else "RepoNotFound"})
        return None

    def _info(self, hub_id: str, revision: str) -> None:
        folder = self._folder(hub_id, revision)
        if folder is not None:
            siblings = [{"rfilename": file.name} for file in sorted(folder.iterdir())]
            info = {"id": hub_id, "sha": commit_of(folder), "siblings": siblings, "private": False, "tags": []}
            self._say(200, json.dumps(info).encode(), {"Content-Type": "application/json"})

    def _tree(self, hub_id: str, revision: str) -> None:
        folder = self._folder(hub_id, revision)
        if folder is not None:
            files = [
                {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": _digest(file.read_bytes())}
                for file in sorted(folder.iterdir())
            ]
            self._say(200, json.dumps(files).encode(), {"Content-Type": "application/json"})

    def _file(self, hub_id: str, revision: str, name: str, with_body: bool) -> None:
        folder = self._folder(hub_id, revision)
        if folder is not None:
            content = (folder / name).read_bytes()
            if with_body:
                self.owner.reads.append(name)
            headers = {"ETag": f'"{_digest(content)}"', "X-Repo-Commit": commit_of(folder)}
            self._say(200, content, headers, with_body)

    def _say(self, code: int, body: bytes, headers: dict[str, str], with_body: bool = True) -> None:
        self.send_response(code)
        for header, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


class HubServer(LocalServer):
    """Serves folders as repositories: `repositories` is folder by (hub id, revision). `reads` are the files sent."""

    handler = _Routes

    def __init__(self, repositories: dict[tuple[str, str], Path]) -> None:
        self.repositories = repositories
        self.reads: list[str] = []
        super().__init__()
