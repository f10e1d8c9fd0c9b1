"""A session with the language server: a client, a server process, messages in between."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient


class Session:
    """A client that is connected with a server process, and what the server has published."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.watched: list[str] = []  # patterns of files whose changes on disk the server wants to know
        self.last: dict[str, list[types.Diagnostic]] = {}
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    def uri(self, name: str) -> str:
        return (self.folder / name).resolve().as_uri()

    async def open(self, name: str, text: str | None = None) -> list[types.Diagnostic]:
        self.versions[name] = 1
        content = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        item = types.TextDocumentItem(self.uri(name), "terraform", 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.diagnostics(name)

    async def type(self, name: str, text: str, start: tuple[int, int], end: tuple[int, int]) -> list[types.Diagnostic]:
        """Replace a range, as an editor does it; the answer for that version of the text."""
        self.versions[name] += 1
        change = types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return await self.diagnostics(name)

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

    async def actions(self, name: str, line: int) -> list[types.CodeAction]:
        place = types.Range(types.Position(line, 0), types.Position(line, 0))
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), place, types.CodeActionContext([]))
        )
        assert all(isinstance(item, types.CodeAction) for item in answer or ())
        return [item for item in answer or () if isinstance(item, types.CodeAction)]


def session(
    folder: Path, talk: Callable[[Session], Awaitable[None]], *, locale: str = "en", options: Any = None
) -> None:
    """Start a server, talk, and end it; the server must end well and say nothing but messages."""

    async def run() -> None:
        client = LanguageClient("test", "1")
        started = Session(client, folder)

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            started.published.put_nowait(params)

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            for wish in params.registrations:
                options: Any = wish.register_options
                started.watched += [item["globPattern"] for item in options["watchers"]]

        await client.start_io(sys.executable, "-m", "compliant_infra.cli.main", "lsp", "--stdio")
        await client.initialize_async(
            types.InitializeParams(
                types.ClientCapabilities(
                    workspace=types.WorkspaceClientCapabilities(
                        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(True)
                    )
                ),
                root_uri=folder.resolve().as_uri(),
                workspace_folders=[types.WorkspaceFolder(folder.resolve().as_uri(), "test")],
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
