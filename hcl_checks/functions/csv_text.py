"""CSV as Terraform reads it: RFC 4180, strictly."""

from __future__ import annotations


def read_csv(text: str) -> list[list[str]]:
    """The records of a CSV text, all with as many fields as the first; ``ValueError`` where it is not well formed."""
    text = text.replace("\r\n", "\n").removesuffix("\r")
    records: list[list[str]] = []
    position = 0
    while position < len(text):
        if text[position] == "\n":  # an empty line is no record
            position += 1
            continue
        record, position = _record(text, position, len(records) + 1)
        if records and len(record) != len(records[0]):
            raise ValueError(f"record {len(records) + 1} has {len(record)} fields, not {len(records[0])}")
        records.append(record)
    return records


def _record(text: str, position: int, number: int) -> tuple[list[str], int]:
    fields: list[str] = []
    while True:
        if text[position : position + 1] == '"':
            field, position = _quoted(text, position + 1, number)
        else:
            end = position
            while end < len(text) and text[end] not in ",\n":
                end += 1
            field = text[position:end]
            if '"' in field:
                raise ValueError(f"record {number} has a quote in a field that is not quoted")
            position = end
        fields.append(field)
        if text[position : position + 1] != ",":
            return fields, position + 1
        position += 1


def _quoted(text: str, position: int, number: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        end = text.find('"', position)
        if end < 0:
            raise ValueError(f"record {number} has a quoted field that is not closed")
        pieces.append(text[position:end])
        following = text[end + 1 : end + 2]
        if following == '"':
            pieces.append('"')
            position = end + 2
            continue
        if following not in ("", ",", "\n"):
            raise ValueError(f"record {number} has text after a quoted field")
        return "".join(pieces), end + 1
