"""The language server: diagnostics while typing, hover with clause and reason, code actions that mend or waive."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from compliant_infra import __version__
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.hover import finding_page
from compliant_infra.cli.options import default_language
from compliant_infra.cli.systems import Choice
from compliant_infra.cli.workspace import READ_SUFFIXES, Workspace, is_read
from compliant_infra.hcl_checks.fix import Fix
from compliant_infra.kernel.model import Result, Severity, SourceLocation, Text, Verdict
from compliant_infra.settings import FILE_NAME

SOURCE: Final = "compliant-infra"

#: Seconds to wait for the next key stroke before a folder is judged again.
PAUSE: Final = 0.02

_LEVELS: Final = {
    Severity.CRITICAL: types.DiagnosticSeverity.Error,
    Severity.HIGH: types.DiagnosticSeverity.Error,
    Severity.MEDIUM: types.DiagnosticSeverity.Warning,
    Severity.LOW: types.DiagnosticSeverity.Information,
}

_SHOW_UNDECIDED: Final = {
    "hint": types.DiagnosticSeverity.Hint,
    "information": types.DiagnosticSeverity.Information,
    "warning": types.DiagnosticSeverity.Warning,
    "off": None,
}


class ComplianceServer(LanguageServer):
    """One session of an editor: its folders, its language, what it wants to see."""

    def __init__(self, choice: Choice, language: str | None) -> None:
        super().__init__(SOURCE, __version__, types.TextDocumentSyncKind.Incremental)
        self.choice = choice
        self.language = language or default_language()
        self.language_is_given = language is not None
        self.undecided: types.DiagnosticSeverity | None = types.DiagnosticSeverity.Hint
        self.folders: dict[str, Workspace] = {}
        self._waiting: asyncio.TimerHandle | None = None
        self._changed: dict[str, bool] = {}  # paths of which the text, or (False) what is on disk, is to be taken

    # ------------------------------------------------------------------------------------------ what the editor says

    def take_options(self, params: types.InitializeParams) -> None:
        """Language and options of the editor: ``language``, ``baseline``, ``profiles``, ``undecided``."""
        given = params.initialization_options
        options = given if isinstance(given, dict) else {}
        language = options.get("language") or params.locale or ""
        if not self.language_is_given and isinstance(language, str) and language:
            self.language = "zh" if language.lower().startswith("zh") else "en"
        shown = options.get("undecided", "hint")
        if isinstance(shown, str) and shown in _SHOW_UNDECIDED:
            self.undecided = _SHOW_UNDECIDED[shown]
        else:
            self._tell(f"undecided: one of {', '.join(_SHOW_UNDECIDED)}, not {shown!r}")
        self._take_baseline(options)

    async def watch_files(self) -> None:
        """Ask to be told what changes on disk without an editor: settings, a checkout, files that come and go."""
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is None or not watched.dynamic_registration:
            return
        globs = [f"**/*{suffix}" for suffix in READ_SUFFIXES] + [f"**/{FILE_NAME}"]
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in globs])
        wish = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await self.client_register_capability_async(types.RegistrationParams([wish]))

    def _take_baseline(self, options: dict[object, object]) -> None:
        baseline, profiles = options.get("baseline"), options.get("profiles", [])
        if baseline is not None and baseline not in baselines.BASELINES:
            self._tell(f"unknown baseline {baseline!r}; known: {', '.join(baselines.BASELINES)}")
            baseline = None
        known = {*baselines.PROFILES, "all"}
        if not isinstance(profiles, list) or not known.issuperset(map(str, profiles)):
            self._tell(f"profiles: a list of {', '.join(sorted(known))}, not {profiles!r}")
            profiles = []
        self.choice = replace(
            self.choice,
            baseline=self.choice.baseline or (str(baseline) if baseline else None),
            profiles=self.choice.profiles or tuple(map(str, profiles)),
        )

    def _tell(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, f"{SOURCE}: {message}"))

    def folder_of(self, path: str) -> Workspace:
        """The workspace of a file: that of the editor's folder around it, else of the file's own directory."""
        folders = [item for uri in self.workspace.folders if (item := _path(uri)) and _is_below(path, item)]
        folder = max(folders, key=len) if folders else os.path.dirname(path)
        if folder not in self.folders:
            self.folders[folder] = Workspace(folder, self.choice)
        return self.folders[folder]

    def changed(self, uri: str, *, typed: bool) -> None:
        """Note that a file has changed; it is judged when the typing pauses."""
        path = _path(uri)
        if path is None or not is_read(path):
            return
        self._changed[path] = typed
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(PAUSE, self.judge)

    def reload(self, paths: Sequence[str]) -> None:
        """Files have changed on disk: read the folders around them anew."""
        for workspace in {id(item): item for item in map(self.folder_of, paths)}.values():
            workspace.reload()
        self._publish()

    # ------------------------------------------------------------------------------------------------- what it answers

    def judge(self) -> None:
        """Take what was typed and publish what is found in every open file."""
        self._waiting = None
        changed, self._changed = self._changed, {}
        for path, typed in changed.items():
            text = self.workspace.get_text_document(_uri(path)).source if typed else None
            self.folder_of(path).edit(path, text)
        self._publish()

    def _publish(self) -> None:
        for uri, document in self.workspace.text_documents.items():
            path = _path(uri)
            if path is not None and is_read(path):
                found = self._diagnostics(path)
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, found, version=document.version)
                )

    def _diagnostics(self, path: str) -> list[types.Diagnostic]:
        workspace = self.folder_of(path)
        lines = workspace.lines(path)
        found = [
            types.Diagnostic(
                self._range(lines, SourceLocation(item.file, item.line, item.line, item.column)),
                item.message.in_language(self.language),
                types.DiagnosticSeverity.Error if item.level == "error" else types.DiagnosticSeverity.Warning,
                item.code,
                source=SOURCE,
            )
            for item in workspace.diagnostics(path)
        ]
        for _, result in workspace.results(path):
            level = self._level(result)
            if level is not None:
                message = f"{result.rule}: {result.message.in_language(self.language)}"
                place = self._range(lines, result.location, result.attribute)
                found.append(types.Diagnostic(place, message, level, result.code, source=SOURCE))
        return found

    def _level(self, result: Result) -> types.DiagnosticSeverity | None:
        if result.verdict is Verdict.FAIL:
            return _LEVELS[result.severity]
        return self.undecided if result.verdict is Verdict.UNKNOWN else None

    def _range(self, lines: Sequence[str], place: SourceLocation, attribute: str = "") -> types.Range:
        """The first line of a place, from the attribute on: a whole block underlined would hide the text."""
        number = min(max(place.line - 1, 0), max(len(lines) - 1, 0))
        line = lines[number].rstrip() if lines else ""
        start = place.column - 1 if 0 < place.column <= len(line) else len(line) - len(line.lstrip())
        name = attribute.rpartition(".")[2]
        if name:
            written = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line)
            start = written.start() if written is not None else start
        codec = self.workspace.position_codec
        return types.Range(
            types.Position(number, codec.client_num_units(line[:start])),
            types.Position(number, codec.client_num_units(line)),
        )

    def _found_in(self, path: str, first: int, last: int) -> list[tuple[str, Result]]:
        """The findings that are shown in lines (from 0), with their roots; waived ones too."""
        workspace = self.folder_of(path)
        lines = workspace.lines(path)
        return [
            (root, result)
            for root, result in workspace.results(path)
            if first <= self._range(lines, result.location).start.line <= last
        ]

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Everything that a report says of the findings in a line."""
        path = _path(params.text_document.uri)
        if path is None or not is_read(path):
            return None
        self._finish_typing()
        line = params.position.line
        workspace = self.folder_of(path)
        pages = [
            finding_page(result, workspace.system_of(root).request, self.language)
            for root, result in self._found_in(path, line, line)
            if result.verdict is Verdict.WAIVED or self._level(result) is not None
        ]
        if not pages:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(pages)))

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What mends the findings in a range, and a waiver to fill in."""
        path = _path(params.text_document.uri)
        if path is None or not is_read(path):
            return []
        self._finish_typing()
        found = self._found_in(path, params.range.start.line, params.range.end.line)
        actions: list[types.CodeAction] = []
        for root, result in found:
            if result.verdict is not Verdict.FAIL:
                continue
            fix = self.folder_of(path).fix(root, result)
            mine = [item for item in params.context.diagnostics if item.code == result.code]
            if isinstance(fix, Fix):
                actions.append(
                    types.CodeAction(
                        f"{result.code}: {fix.title.in_language(self.language)}",
                        types.CodeActionKind.QuickFix,
                        diagnostics=mine,
                        is_preferred=True,
                        edit=self._workspace_edit(fix),
                    )
                )
            actions.append(self._waiver(path, result, mine))
        return actions

    def _workspace_edit(self, fix: Fix) -> types.WorkspaceEdit:
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in fix.edits:
            text = "\n".join(self.folder_of(edit.path).lines(edit.path))
            place = types.Range(self._position(text, edit.start), self._position(text, edit.end))
            changes.setdefault(_uri(edit.path), []).append(types.TextEdit(place, edit.text))
        return types.WorkspaceEdit(changes=changes)

    def _position(self, text: str, offset: int) -> types.Position:
        start = text.rfind("\n", 0, offset) + 1
        units = self.workspace.position_codec.client_num_units(text[start:offset])
        return types.Position(text.count("\n", 0, offset), units)

    def _waiver(self, path: str, result: Result, mine: list[types.Diagnostic]) -> types.CodeAction:
        """A comment above the finding's line. It waives nothing before reason, owner and date are filled in."""
        lines = self.folder_of(path).lines(path)
        line = self._range(lines, result.location).start.line
        indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        comment = f'{indent}# compliant-infra:ignore={result.rule} reason="" owner="" until=\n'
        title = Text("waive with a comment (fill in reason, owner, until)", "以注释豁免（请填写 reason、owner、until）")
        here = types.Position(line, 0)
        return types.CodeAction(
            f"{result.code}: {title.in_language(self.language)}",
            types.CodeActionKind.QuickFix,
            diagnostics=mine,
            edit=types.WorkspaceEdit(changes={_uri(path): [types.TextEdit(types.Range(here, here), comment)]}),
        )

    def _finish_typing(self) -> None:
        """A question about a text that has just changed is answered for the text as it is."""
        if self._waiting is not None:
            self._waiting.cancel()
            self.judge()


def _path(uri: str) -> str | None:
    """The absolute path of a ``file:`` address, links resolved; None for an unsaved buffer and the like."""
    path = to_fs_path(uri)
    return os.path.realpath(path) if uri.startswith("file:") and path else None


def _uri(path: str) -> str:
    return from_fs_path(path) or ""


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def make_server(choice: Choice, language: str | None) -> ComplianceServer:
    """A server that answers an editor. ``language`` None: that of the editor."""
    server = ComplianceServer(choice, language)

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.take_options(params)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.watch_files()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.changed(params.text_document.uri, typed=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri, typed=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))
        server.changed(params.text_document.uri, typed=False)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        path = _path(params.text_document.uri)
        if path is not None and is_read(path):
            server.reload([path])

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        paths = [path for event in params.changes if (path := _path(event.uri)) is not None and is_read(path)]
        if paths:
            server.reload(paths)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return server.hover(params)

    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return server.actions(params)

    return server
