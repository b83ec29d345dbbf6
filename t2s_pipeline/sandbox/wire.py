"""Frames on a pipe: a length, then the payload.

Towards a worker the payload is a pickle: the sender is trusted. Back from a worker it is JSON: a worker that
ran hostile SQL is not, and JSON can't do more than be wrong. Blobs travel as `{"blob": hex}`; no other
object occurs, since responses are made of lists and scalars. Floats keep all their bits, infinities too.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
from typing import Any

_LENGTH = struct.Struct("<I")
READ_BYTES = 1 << 16


def _blob(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"blob": value.hex()}
    raise TypeError(f"a worker's response may not hold a {type(value).__name__}")


def _unblob(value: dict[str, str]) -> bytes:
    return bytes.fromhex(value["blob"])


_encode = json.JSONEncoder(default=_blob, separators=(",", ":"), check_circular=False, ensure_ascii=False).encode
_decode = json.JSONDecoder(object_hook=_unblob).decode


def encode_request(value: Any) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def encode_response(value: Any) -> bytes:
    return _encode(value).encode("utf-8", "surrogatepass")


def decode_response(payload: bytes) -> Any:
    return _decode(payload.decode("utf-8", "surrogatepass"))


def write_frame(descriptor: int, payload: bytes) -> None:
    """The payload with its length before it. A large one is not copied: its worker may have no memory left for that."""
    view = memoryview(payload)
    written = os.writev(descriptor, [_LENGTH.pack(len(payload)), view]) - _LENGTH.size
    while written < len(payload):
        written += os.write(descriptor, view[written:])


def read_request(descriptor: int) -> Any | None:
    """The next request of a blocking descriptor, or None at its end."""
    head = _read_exactly(descriptor, _LENGTH.size)
    if head is None:
        return None
    payload = _read_exactly(descriptor, _LENGTH.unpack(head)[0])
    return None if payload is None else pickle.loads(payload)


class FrameReader:
    """Collects what arrives in pieces and hands out whole payloads."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        payloads: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            payloads.append(bytes(self._buffer[start + _LENGTH.size : end]))
            start = end
        del self._buffer[:start]
        return payloads


def _read_exactly(descriptor: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)
