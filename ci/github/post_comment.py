"""Keeps one comment on a GitHub pull request up to date: ``post_comment.py FILE [--key KEY]``.

FILE is a report of the format ``comment``. The last comment of the token's own account that begins with the same
marker is replaced, else a new one is written; comments of others are never touched. Address, repository and number
come from the variables that GitHub Actions sets, the token from GITHUB_TOKEN. Status 1, with one sentence, where it
cannot be done.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from typing import Any

MARKER = "<!-- compliant-infra:comment -->"
_PAGE = 100
_SECONDS = 30


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def request(method: str, url: str, token: str, content: Any = None) -> Any:
    """What the API answers, as JSON."""
    data = None if content is None else json.dumps(content).encode("utf-8")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    if data is not None:
        headers["Content-Type"] = "application/json"
    call = urllib.request.Request(url, data=data, headers=headers, method=method)
    with _OPENER.open(call, timeout=_SECONDS) as answer:
        return json.load(answer)


def with_key(text: str, key: str) -> tuple[str, str]:
    """The marker of this key, and the comment that begins with it."""
    if not text.startswith(MARKER):
        raise ValueError("the file is no report of the format comment")
    if not re.fullmatch(r"[A-Za-z0-9._-]*", key):
        raise ValueError("a key has letters, digits, '.', '_' and '-'")
    marker = MARKER if not key else MARKER.replace(" -->", f":{key} -->")
    return marker, marker + text.removeprefix(MARKER)


def post(file: str, key: str) -> str:
    """Write or replace the comment; what was done."""
    environment = os.environ
    token = environment["GITHUB_TOKEN"]
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    repository = f"{api}/repos/{environment['GITHUB_REPOSITORY']}"
    with open(environment["GITHUB_EVENT_PATH"], encoding="utf-8") as stream:
        number = int(json.load(stream)["pull_request"]["number"])
    with open(file, encoding="utf-8") as stream:
        marker, body = with_key(stream.read(), key)
    # The token of a workflow may not ask REST who it is.
    graph = environment.get("GITHUB_GRAPHQL_URL", f"{api}/graphql")
    login = request("POST", graph, token, {"query": "query { viewer { login } }"})["data"]["viewer"]["login"]
    own = None
    page = 1
    while True:
        found = request("GET", f"{repository}/issues/{number}/comments?per_page={_PAGE}&page={page}", token)
        for comment in found:
            if comment["user"] and comment["user"]["login"] == login and comment["body"].startswith(marker):
                own = comment["id"]
        if len(found) < _PAGE:
            break
        page += 1
    if own is None:
        request("POST", f"{repository}/issues/{number}/comments", token, {"body": body})
        return "comment written"
    request("PATCH", f"{repository}/issues/comments/{own}", token, {"body": body})
    return "comment replaced"


def main(arguments: list[str]) -> int:
    """Post, or say in one sentence why not."""
    parser = argparse.ArgumentParser(description="Keep one comment on a pull request up to date.")
    parser.add_argument("file")
    parser.add_argument("--key", default="")
    given = parser.parse_args(arguments)
    try:
        sys.stdout.write(post(given.file, given.key) + "\n")
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"no comment: {error.url.partition('?')[0]} answers {error.code}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"no comment: {type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
