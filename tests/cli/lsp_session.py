"""A session with the language server: a client, a server process, messages in between."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient


def applied(text: str, edits: Sequence[types.TextEdit]) -> str:
    """The text with the edits of an editor; positions count UTF-16 units."""
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        before = sum(len(line) + 1 for line in lines[: position.line])
        units, characters = 0, 0
        for char in lines[position.line] if position.line < len(lines) else "":
            if units >= position.character:
                break
            units += 2 if ord(char) > 0xFFFF else 1
            characters += 1
        return before + characters

    for edit in sorted(edits, key=lambda item: offset(item.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


_START = "from compliant_infra.cli.main import main; main()"


class Session:
    """A client that is connected with a server process, and what the server has published."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.told: list[str] = []  # what the server has shown to the user
        self.watched: list[str] = []  # patterns of files whose changes on disk the server wants to know
        self.last: dict[str, list[types.Diagnostic]] = {}
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    def uri(self, name: str) -> str:
        return (self.folder.absolute() / name).as_uri()

    async def open(self, name: str, text: str | None = None) -> list[types.Diagnostic]:
        self.versions[name] = 1
        content = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        self.texts[name] = content
        item = types.TextDocumentItem(self.uri(name), "terraform", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.diagnostics(name)

    async def type(self, name: str, text: str, start: tuple[int, int], end: tuple[int, int]) -> list[types.Diagnostic]:
        """Replace a range, as an editor does it; the answer for that version of the text."""
        self.stroke(name, text, start, end)
        return await self.diagnostics(name)

    def stroke(self, name: str, text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """The same without waiting for the answer."""
        self.versions[name] += 1
        place = types.Range(types.Position(*start), types.Position(*end))
        self.texts[name] = applied(self.texts[name], [types.TextEdit(place, text)])
        change = types.TextDocumentContentChangeWholeDocument(self.texts[name])
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, name: str) -> None:
        del self.versions[name]
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def watched_change(self, name: str, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        event = types.FileEvent(self.uri(name), kind)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What is published next for the last version of a file."""
        while True:
            found = await asyncio.wait_for(self.published.get(), 20)
            self.last[found.uri] = list(found.diagnostics)
            if found.uri == self.uri(name) and found.version == self.versions[name]:
                return list(found.diagnostics)

    async def hover(self, name: str, line: int, character: int = 4) -> str:
        document = types.TextDocumentIdentifier(self.uri(name))
        answer = await self.client.text_document_hover_async(
            types.HoverParams(document, types.Position(line, character))
        )
        if answer is None:
            return ""
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    async def actions(
        self, name: str, line: int, last: int | None = None, only: str | None = None
    ) -> list[types.CodeAction]:
        place = types.Range(types.Position(line, 0), types.Position(line if last is None else last, 0))
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)),
                place,
                types.CodeActionContext([], [only] if only is not None else None),
            )
        )
        assert all(isinstance(item, types.CodeAction) for item in answer or ())
        return [item for item in answer or () if isinstance(item, types.CodeAction)]


def session(
    folder: Path,
    talk: Callable[[Session], Awaitable[None]],
    *,
    locale: str = "en",
    options: Any = None,
    first: str = "",
    with_folder: bool = True,
    versions: bool = False,
) -> None:
    """Start a server, talk, and end it; the server must end well and say nothing but messages.

    ``first`` is Python that the server process executes before. ``versions``: the editor takes edits of versions of
    documents.
    """

    async def run() -> None:
        client = LanguageClient("test", "1")
        started = Session(client, folder)

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            started.published.put_nowait(params)

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            started.told.append(params.message)

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            for wish in params.registrations:
                options: Any = wish.register_options
                started.watched += [item["globPattern"] for item in options["watchers"]]

        await client.start_io(sys.executable, "-c", f"{first}\n{_START}", "lsp", "--stdio")
        await client.initialize_async(
            types.InitializeParams(
                types.ClientCapabilities(
                    workspace=types.WorkspaceClientCapabilities(
                        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(True),
                        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=versions),
                    )
                ),
                workspace_folders=[types.WorkspaceFolder(folder.absolute().as_uri(), "test")] if with_folder else None,
                locale=locale,
                initialization_options=options,
            )
        )
        client.initialized(types.InitializedParams())
        try:
            await talk(started)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()

    asyncio.run(run())
