"""The language server: diagnostics while typing, hover with clause and reason, code actions that mend or waive."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import TextDocument

from compliant_infra import __version__
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.hover import finding_page
from compliant_infra.cli.options import default_language
from compliant_infra.cli.systems import Choice
from compliant_infra.cli.workspace import READ_SUFFIXES, Workspace, is_read, is_settings
from compliant_infra.hcl_checks.fix import Fix
from compliant_infra.kernel.model import Diagnostic, Result, Severity, SourceLocation, Text, Verdict
from compliant_infra.settings import FILE_NAME

SOURCE: Final = "compliant-infra"

#: Seconds to wait for the next key stroke before a folder is judged again.
PAUSE: Final = 0.02

#: Seconds that a judgement takes from which on it waits until the typing ends, and how long it waits at most.
SLOW: Final = 0.1
LONGEST_PAUSE: Final = 0.4

#: Seconds for which fixes are proved when the editor asks for code actions; the one begun is ended.
PROVING: Final = 1.0

#: Files in which a waiver can be a comment.
WITH_COMMENTS: Final = (".tf", ".tofu")

_LOG: Final = logging.getLogger(__name__)

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
        super().__init__(SOURCE, __version__, types.TextDocumentSyncKind.Full)
        self.choice = choice
        self.language = language or default_language()
        self.language_is_given = language is not None
        self.undecided: types.DiagnosticSeverity | None = types.DiagnosticSeverity.Hint
        self.folders: dict[str, Workspace] = {}
        self._waiting: asyncio.TimerHandle | None = None
        self._changed: dict[str, bool] = {}  # paths, and whether they have changed on disk
        self._cost = 0.0  # seconds that the last judgement took
        self._settings: set[str] = set()  # addresses of settings files of which something is wrong
        self._crashes: set[str] = set()  # that were told

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

    def changed(self, uri: str, *, on_disk: bool = False) -> None:
        """Note that a file has changed, in the editor or on disk; it is judged when the typing pauses."""
        path = path_of(uri)
        if path is None or not is_read(path):
            return
        self._changed[path] = on_disk or self._changed.get(path, False)
        loop = asyncio.get_running_loop()
        if self._waiting is not None and self._cost > SLOW:
            self._waiting.cancel()  # a judgement that takes its time begins when the typing ends
            self._waiting = None
        if self._waiting is None:
            self._waiting = loop.call_later(min(max(PAUSE, self._cost / 2), LONGEST_PAUSE), self.judge)

    def reopen(self) -> None:
        """The folders of the editor are others: read them anew."""
        self.folders.clear()
        self.judge()

    # ---------------------------------------------------------------------------------------- files and their folders

    def _open_files(self) -> dict[str, TextDocument]:
        """What is open, by path. Of two addresses of one file the one that was opened last."""
        found: dict[str, TextDocument] = {}
        for document in self.workspace.text_documents.values():
            path = path_of(document.uri)
            if path is not None and is_read(path):
                found[path] = document
        return found

    def _given_folders(self) -> dict[str, str]:
        """The folders of the editor: path -> the address by which the editor knows it."""
        given = [folder.uri for folder in self.workspace.folders.values()]
        if not given and self.workspace.root_uri:
            given = [self.workspace.root_uri]
        return {os.path.realpath(path): uri for uri in given if (path := path_of(uri)) is not None}

    def folder_of(self, path: str) -> Workspace:
        """The workspace of a file: that of the editor's folder around it, else of the file's own directory."""
        folders = [item for item in self._given_folders() if _is_below(path, item)]
        folder = max(folders, key=len) if folders else os.path.dirname(path)
        if folder not in self.folders:
            typed = {item: document.source for item, document in self._open_files().items()}
            self.folders[folder] = Workspace(folder, self.choice, typed, alone=not folders)
        return self.folders[folder]

    def uri_of(self, path: str) -> str:
        """The address by which the editor knows a file: its own, even where that leads through a link."""
        document = self._open_files().get(path)
        if document is not None:
            return document.uri
        folders = self._given_folders()
        folder = max((item for item in folders if _is_below(path, item)), key=len, default=None)
        if folder is None:
            return _address(path)
        return f"{folders[folder].rstrip('/')}/{quote(os.path.relpath(path, folder).replace(os.sep, '/'))}"

    # ------------------------------------------------------------------------------------------------- what it answers

    def judge(self) -> None:
        """Take what has changed and publish what is found in every open file."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = None
        began = time.perf_counter()
        changed, self._changed = self._changed, {}
        open_files = self._open_files()
        for path, on_disk in changed.items():
            document = open_files.get(path)
            with self._surviving(path):
                self.folder_of(path).take(path, document.source if document is not None else None, on_disk=on_disk)
        for path, document in open_files.items():
            if not is_settings(path):
                with self._surviving(path):
                    found = self._diagnostics(path)
                    self._publish(document.uri, found, document.version)
        self._publish_settings()
        self._cost = time.perf_counter() - began

    @contextmanager
    def _surviving(self, path: str) -> Iterator[None]:
        """A crash ends neither the session nor in silence: it is told once, and the folder is read anew next time."""
        try:
            yield
        except Exception as error:  # whatever it is, the other files are to be served
            _LOG.exception("%s", path)
            self.folders = {key: item for key, item in self.folders.items() if not _is_below(path, key)}
            told = f"{type(error).__name__}: {error}"
            if told not in self._crashes:
                self._crashes.add(told)
                message = Text(
                    f"{path} was not judged, what is shown for it may be outdated ({told})",
                    f"{path} 未能判定，其显示的结果可能已过时（{told}）",
                )
                self.window_show_message(
                    types.ShowMessageParams(types.MessageType.Error, f"{SOURCE}: {message.in_language(self.language)}")
                )

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None = None) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version=version))

    def _publish_settings(self) -> None:
        """Tell what is wrong with the settings, where they stand: the file need not be open."""
        found: dict[str, list[types.Diagnostic]] = {}
        for workspace in self.folders.values():
            for path, items in workspace.settings_problems().items():
                lines = workspace.lines(path)
                found[self.uri_of(path)] = [self._said(lines, item) for item in items]
        for uri in self._settings - set(found):
            self._publish(uri, [])
        for uri, said in found.items():
            if said or uri in self._settings:
                self._publish(uri, said)
        self._settings = {uri for uri, said in found.items() if said}

    def _diagnostics(self, path: str) -> list[types.Diagnostic]:
        workspace = self.folder_of(path)
        lines = workspace.lines(path)
        found = [self._said(lines, item) for item in workspace.diagnostics(path)]
        for _, result in workspace.results(path):
            level = self._level(result)
            if level is not None:
                message = f"{result.rule}: {result.message.in_language(self.language)}"
                place = self._range(lines, result.location, result.attribute)
                found.append(types.Diagnostic(place, message, level, result.code, source=SOURCE))
        return found

    def _said(self, lines: Sequence[str], item: Diagnostic) -> types.Diagnostic:
        return types.Diagnostic(
            self._range(lines, SourceLocation(item.file, item.line, item.line, item.column)),
            item.message.in_language(self.language),
            types.DiagnosticSeverity.Error if item.level == "error" else types.DiagnosticSeverity.Warning,
            item.code,
            source=SOURCE,
        )

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
        path = path_of(params.text_document.uri)
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
        """What mends the findings in a range, and a waiver to fill in.

        A fix is proved before it is offered. For a range with many findings that would take too long: after some time
        only those are offered that were proved before, and the next question goes on with the others.
        """
        path = path_of(params.text_document.uri)
        if path is None or not is_read(path) or not _wants_fixes(params.context.only):
            return []
        self._finish_typing()
        workspace = self.folder_of(path)
        lines = workspace.lines(path)
        until = time.perf_counter() + PROVING
        fixes: dict[str, types.CodeAction] = {}
        waivers: dict[tuple[str, int], types.CodeAction] = {}
        for root, result in self._found_in(path, params.range.start.line, params.range.end.line):
            if result.verdict is not Verdict.FAIL:
                continue
            line = self._range(lines, result.location).start.line
            mine = [
                item
                for item in params.context.diagnostics
                if item.code == result.code and item.range.start.line == line
            ]
            if workspace.fix_is_known(result) or time.perf_counter() < until:
                fix = workspace.fix(root, result)
                if fix is not None:
                    action = types.CodeAction(
                        f"{result.code}: {self._title(fix)}",
                        types.CodeActionKind.QuickFix,
                        diagnostics=mine,
                        # Preferred ones are applied by a key, unread.
                        is_preferred=not fix.asks and not fix.notes,
                        edit=self._workspace_edit(workspace, fix),
                    )
                    fixes.setdefault(f"{action.title} {fix.edits}", action)
            if path.endswith(WITH_COMMENTS) and (result.rule, line) not in waivers:
                waivers[result.rule, line] = self._waiver(path, lines, line, result, mine)
        return [*fixes.values(), *waivers.values()]

    def _title(self, fix: Fix) -> str:
        """What a fix does, which values a person has to give, and what to know before it is applied."""
        asked = ", ".join(f"var.{item.name}" for item in fix.asks)
        parts = [fix.title.in_language(self.language)]
        if asked:
            parts.append(Text(f"asks for {asked}", f"需要给出 {asked}").in_language(self.language))
        parts += [note.in_language(self.language).rstrip(".。") for note in fix.notes]
        return ("；" if self.language == "zh" else "; ").join(parts)

    def _workspace_edit(self, workspace: Workspace, fix: Fix) -> types.WorkspaceEdit:
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in fix.edits:
            text = "\n".join(workspace.lines(edit.path))
            place = types.Range(self._position(text, edit.start), self._position(text, edit.end))
            changes.setdefault(edit.path, []).append(types.TextEdit(place, edit.text))
        return self._edits(changes)

    def _edits(self, changes: Mapping[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
        """Edits by path; of texts that have changed meanwhile the editor refuses them, where it can tell."""
        workspace = self.client_capabilities.workspace
        able = workspace.workspace_edit if workspace is not None else None
        if able is None or not able.document_changes:
            return types.WorkspaceEdit(changes={self.uri_of(path): edits for path, edits in changes.items()})
        open_files = self._open_files()
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(
                        self.uri_of(path), open_files[path].version if path in open_files else None
                    ),
                    edits,
                )
                for path, edits in changes.items()
            ]
        )

    def _position(self, text: str, offset: int) -> types.Position:
        start = text.rfind("\n", 0, offset) + 1
        units = self.workspace.position_codec.client_num_units(text[start:offset])
        return types.Position(text.count("\n", 0, offset), units)

    def _waiver(
        self, path: str, lines: Sequence[str], line: int, result: Result, mine: list[types.Diagnostic]
    ) -> types.CodeAction:
        """A comment above the finding's line. It waives nothing before reason, owner and date are filled in."""
        indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        end = "\r\n" if lines[line].endswith("\r") else "\n"
        comment = f'{indent}# compliant-infra:ignore={result.rule} reason="" owner="" until={end}'
        title = Text("waive with a comment (fill in reason, owner, until)", "以注释豁免（请填写 reason、owner、until）")
        here = types.Position(line, 0)
        return types.CodeAction(
            f"{result.code}: {title.in_language(self.language)}",
            types.CodeActionKind.QuickFix,
            diagnostics=mine,
            edit=self._edits({path: [types.TextEdit(types.Range(here, here), comment)]}),
        )

    def _finish_typing(self) -> None:
        """A question about a text that has just changed is answered for the text as it is."""
        if self._waiting is not None:
            self.judge()


def path_of(uri: str) -> str | None:
    """The absolute path of a ``file:`` address; None for an unsaved buffer and the like.

    Directories are real ones. The file may be a link: it belongs to the directory in which it was opened.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if parts.scheme != "file" or not path.startswith("/") or "\0" in path:
        return None
    directory, name = os.path.split(os.path.normpath((to_fs_path(uri) or path) if os.name == "nt" else path))
    return os.path.join(os.path.realpath(directory), name)


def _address(path: str) -> str:
    return (from_fs_path(path) or "") if os.name == "nt" else f"file://{quote(os.fsencode(path))}"


def _wants_fixes(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether quick fixes are among the kinds of actions that are asked for."""
    return only is None or any(item in ("", types.CodeActionKind.QuickFix) for item in only)


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
        server.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))
        server.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.changed(params.text_document.uri, on_disk=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        for event in params.changes:
            server.changed(event.uri, on_disk=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        server.reopen()

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return server.hover(params)

    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return server.actions(params)

    return server
