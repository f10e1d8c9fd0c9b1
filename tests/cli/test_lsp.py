"""The language server through a real session: a client, a server process, messages in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lsprotocol import types

from compliant_infra.cli.language_server import path_of
from compliant_infra.cli.systems import Choice
from compliant_infra.cli.workspace import Workspace
from compliant_infra.hcl_checks.reader import parse
from compliant_infra.kernel.model import Verdict
from tests.cli.lsp_session import Session, applied, session

OPEN_DISK = 'resource "alicloud_ecs_disk" "数据" {\n  zone_id = "cn-beijing-h"\n  encrypted = false\n}\n'


def of_rule(found: list[types.Diagnostic], code: str) -> list[types.Diagnostic]:
    return [item for item in found if item.code == code]


def test_a_session(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(OPEN_DISK, encoding="utf-8")

    async def talk(editor: Session) -> None:
        found = await editor.open("main.tf")
        (finding,) = of_rule(found, "CN044")
        assert finding.range.start == types.Position(2, 2)
        assert finding.severity == types.DiagnosticSeverity.Error
        assert finding.source == "compliant-infra"
        assert "加密" in finding.message

        page = await editor.hover("main.tf", 2)
        assert "8.1.4.8" in page and "条款" in page and "整改" in page
        assert await editor.hover("main.tf", 1) == ""

        fixes = [item for item in await editor.actions("main.tf", 2) if item.is_preferred]
        waivers = [item for item in await editor.actions("main.tf", 2) if not item.is_preferred]
        assert waivers and "CN044" in waivers[0].title
        # Encryption of a disk that is there means another disk: no fix is offered without a word of its owner.
        assert not fixes

        # While it is typed, the text is not always whole; what is saved does not count.
        broken = await editor.type("main.tf", "encrypted = ", (2, 2), (2, 19))
        assert broken[0].code == "syntax-error"
        assert not of_rule(broken, "CN044"), "of the line that is being typed nothing is known"
        assert of_rule(broken, "CN094"), "the other findings do not come and go with each key"
        broken = await editor.type("main.tf", "\n\n", (0, 0), (0, 0))
        assert of_rule(broken, "CN094")[0].range.start.line == 2, "they move with their lines"
        assert "CN094" in await editor.hover("main.tf", 2)
        await editor.type("main.tf", "", (0, 0), (2, 0))
        mended = await editor.type("main.tf", "true", (2, 14), (2, 14))
        assert not of_rule(mended, "CN044")
        assert (tmp_path / "main.tf").read_text(encoding="utf-8") == OPEN_DISK

    session(tmp_path, talk, locale="zh-cn")


def test_a_fix_is_a_code_action(tmp_path: Path) -> None:
    text = (
        '# 🔒 数据\nresource "alicloud_db_instance" "main" {\n'
        '  engine              = "MySQL" # 引擎 🔒\n  /* 🔒 */ deletion_protection = false\n}\n'
    )
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")

    async def talk(editor: Session) -> None:
        found = await editor.open("main.tf")
        (finding,) = [item for item in of_rule(found, "CN103") if "deletion_protection" in item.message]
        assert finding.range.start == types.Position(3, 11), "UTF-16 units"
        (fix,) = [item for item in await editor.actions("main.tf", 3) if item.is_preferred and "CN103" in item.title]
        assert fix.edit is not None and fix.edit.changes is not None
        titles = [item.title for item in await editor.actions("main.tf", 1) if not item.is_preferred]
        assert any("The peer or the clients have to support it before" in item for item in titles), titles
        after = applied(text, list(fix.edit.changes[editor.uri("main.tf")]))
        parse(after)
        whole = (len(text.split("\n")) - 1, 0)
        found = await editor.type("main.tf", after, (0, 0), whole)
        assert not [item for item in of_rule(found, "CN103") if "deletion_protection" in item.message]
        assert after == text.replace("false", "true")

    session(tmp_path, talk)


def test_a_change_in_a_module_is_seen_where_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    variable = 'variable "encrypted" {\n  default = true\n}\n\n'
    module = variable + 'resource "alicloud_ecs_disk" "a" {\n  encrypted = var.encrypted\n}\n'
    (tmp_path / "disk" / "main.tf").write_text(module, encoding="utf-8")
    root = 'module "disk" {\n  source    = "./disk"\n  encrypted = true\n}\n'
    (tmp_path / "main.tf").write_text(root, encoding="utf-8")

    async def talk(editor: Session) -> None:
        assert not of_rule(await editor.open("disk/main.tf"), "CN044")
        await editor.open("main.tf")
        await editor.type("main.tf", "false", (2, 14), (2, 18))
        assert of_rule(editor.last[editor.uri("disk/main.tf")], "CN044"), "the argument of the call decides"

    session(tmp_path, talk, options={"undecided": "off", "baseline": "mlps-l9", "profiles": "none"})


def test_settings_and_files_on_disk_count_when_saved(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(OPEN_DISK, encoding="utf-8")

    async def talk(editor: Session) -> None:
        assert of_rule(await editor.open("main.tf"), "CN044")
        assert {"**/compliant-infra.toml", "**/*.tf", "**/*.tfvars"} <= set(editor.watched)
        settings = '[[waivers]]\nrule = "disk-encrypted"\nreason = "x"\nowner = "team"\nuntil = 2026-99-99\n'
        (tmp_path / "compliant-infra.toml").write_text(settings, encoding="utf-8")
        event = types.FileEvent(editor.uri("compliant-infra.toml"), types.FileChangeType.Created)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert of_rule(await editor.diagnostics("main.tf"), "CN044"), "a settings file with an error waives nothing"
        (tmp_path / "compliant-infra.toml").write_text('[system]\nbaseline = "mlps-l2"\n', encoding="utf-8")
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert not of_rule(await editor.diagnostics("main.tf"), "CN048"), "level 2"

    session(tmp_path, talk)


def test_without_pygls_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "pygls").mkdir()
    (tmp_path / "pygls" / "__init__.py").write_text("raise ImportError('gone', name='pygls')\n", encoding="utf-8")
    start = "import sys; sys.path.insert(0, '.'); from compliant_infra.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, "lsp"],
        cwd=tmp_path,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "compliant-infra[lsp]" in done.stderr
    assert not done.stdout


def test_answers_name_files_as_the_editor_does(tmp_path: Path) -> None:
    """A folder behind a link, with characters that addresses write otherwise; a value that comes from another file."""
    real = tmp_path / "real"
    (real / "modules/db").mkdir(parents=True)
    module = (
        'variable "keep" {\n  default = false\n}\n\n'
        'resource "alicloud_db_instance" "main" {\n  engine = "MySQL"\n  deletion_protection = var.keep\n}\n'
    )
    (real / "modules/db/a;b#1.tf").write_bytes(module.encode())
    (real / "main.tf").write_text('module "db" {\n  source = "./modules/db"\n  keep   = false\n}\n', encoding="utf-8")
    link = tmp_path / "50%25 数据 \u2028;x#"
    link.symlink_to(real)

    async def talk(editor: Session) -> None:
        name = "modules/db/a;b#1.tf"
        assert of_rule(await editor.open(name), "CN103")
        found = await editor.type(name, "# \u2028 \x0c \U0001f512\n", (0, 0), (0, 0))  # which are no line ends
        (finding,) = [item for item in of_rule(found, "CN103") if "deletion_protection" in item.message]
        assert finding.range.start == types.Position(7, 2), "what is typed counts, not what is saved"
        (fix,) = [item for item in await editor.actions(name, 7) if item.is_preferred and "CN103" in item.title]
        assert fix.edit is not None
        (change,) = fix.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == editor.uri("main.tf")
        assert change.text_document.version is None
        after = applied(
            (real / "main.tf").read_text(), [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
        )
        assert after == 'module "db" {\n  source = "./modules/db"\n  keep   = true\n}\n'
        waiver = next(item for item in await editor.actions(name, 7) if not item.is_preferred)
        assert waiver.edit is not None
        (change,) = waiver.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (editor.uri(name), 2)
        # Another file of the folder, closed with what was typed thrown away.
        await editor.open("main.tf", "# nothing\n")
        assert not of_rule(editor.last[editor.uri(name)], "CN104")
        editor.close("main.tf")
        assert of_rule(await editor.diagnostics(name), "CN103")

    session(link, talk, versions=True)


def test_a_crash_is_told_and_ends_nothing(tmp_path: Path) -> None:
    crash = """
from compliant_infra.cli import workspace
whole = workspace.Workspace.results
def results(self, path):
    if any("boom" in line for line in self.lines(path)):
        raise RuntimeError("it went off")
    return whole(self, path)
workspace.Workspace.results = results
"""
    (tmp_path / "main.tf").write_text(OPEN_DISK, encoding="utf-8")
    (tmp_path / "other.tf").write_text("# nothing\n", encoding="utf-8")
    settings = tmp_path / "compliant-infra.toml"
    settings.write_text('[system]\nbaseline = "mlps-l9"\n', encoding="utf-8")

    async def talk(editor: Session) -> None:
        await editor.open("main.tf")
        await editor.open("other.tf")
        (wrong,) = editor.last[editor.uri("compliant-infra.toml")]
        assert wrong.code == "invalid-settings", "told where it stands, though nobody has opened it"
        editor.stroke("main.tf", "# boom\n", (0, 0), (0, 0))
        editor.stroke("main.tf", "# boom\n", (0, 0), (0, 0))
        await editor.type("other.tf", "# more\n", (0, 0), (0, 0))
        assert of_rule(await editor.type("main.tf", "", (0, 0), (2, 0)), "CN044"), "it goes on"
        assert len(editor.told) == 1
        assert "it went off" in editor.told[0]
        settings.write_text('[system]\nbaseline = "mlps-l2"\n', encoding="utf-8")
        editor.watched_change("compliant-infra.toml")
        await editor.diagnostics("main.tf")
        await editor.type("other.tf", "# more\n", (0, 0), (0, 0))
        assert not editor.last[editor.uri("compliant-infra.toml")]

    session(tmp_path, talk, first=crash)


def test_comments_go_where_comments_can_be(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(OPEN_DISK.replace("\n", "\r\n").encode())
    (tmp_path / "a.tf.json").write_text(
        '{"resource": {"alicloud_ecs_disk": {"j": {\n"encrypted": false}}}}', encoding="utf-8"
    )

    async def talk(editor: Session) -> None:
        await editor.open("main.tf", OPEN_DISK.replace("\n", "\r\n"))
        every = await editor.actions("main.tf", 0, 9)
        assert all("CN094" not in item.title or "ignore=" in str(item.edit) for item in every), "no time to prove fixes"
        assert await editor.actions("main.tf", 0, 9, only="source.organizeImports") == []
        assert await editor.actions("main.tf", 0, 9, only="quickfix") == every
        waivers = [item for item in every if "CN044" in item.title]
        (change,) = waivers
        assert change.edit is not None and change.edit.changes is not None
        (edit,) = change.edit.changes[editor.uri("main.tf")]
        assert edit.new_text.endswith("until=\r\n")
        assert of_rule(await editor.open("a.tf.json"), "CN044")
        assert not [item for item in await editor.actions("a.tf.json", 0, 9) if not item.is_preferred], "no comments"

    session(
        tmp_path, talk, with_folder=False, first="from compliant_infra.cli import language_server as it; it.PROVING = 0"
    )


def rules_in(workspace: Workspace, path: Path) -> set[str]:
    return {result.code for _, result in workspace.results(str(path)) if result.verdict is Verdict.FAIL}


def test_files_that_come_and_go(tmp_path: Path) -> None:
    choice = Choice(None, ())
    main, new = tmp_path / "main.tf", tmp_path / "new" / "main.tf"
    hidden, fetched = tmp_path / "hidden.tf", tmp_path / ".terraform" / "modules" / "x.tf"
    main.write_text(OPEN_DISK, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("hidden.tf\n", encoding="utf-8")
    workspace = Workspace(str(tmp_path), choice, {})
    assert "CN044" in rules_in(workspace, main)
    # Files that are not saved yet, in a folder that is there or is not.
    workspace.take(str(new), OPEN_DISK)
    workspace.take(str(tmp_path / "b.tf"), OPEN_DISK.replace("数据", "b"))
    assert "CN044" in rules_in(workspace, new)
    assert "CN044" in rules_in(workspace, tmp_path / "b.tf")
    # What is not the user's stays out, and is not looked for again with each key.
    for path in (hidden, fetched):
        workspace.take(str(path), OPEN_DISK)
        tree = workspace.tree
        workspace.take(str(path), OPEN_DISK + "\n")
        assert workspace.tree is tree
    assert not rules_in(workspace, fetched)
    # Closed without being saved.
    workspace.take(str(new), None)
    workspace.take(str(tmp_path / "b.tf"), None)
    assert not rules_in(workspace, new) and not rules_in(workspace, tmp_path / "b.tf")
    # Changed, and gone, behind the editor's back.
    main.write_text(OPEN_DISK.replace("false", "true"), encoding="utf-8")
    workspace.take(str(main), None, on_disk=True)
    assert "CN044" not in rules_in(workspace, main)
    main.unlink()
    workspace.take(str(main), None, on_disk=True)
    assert not rules_in(workspace, main)
    # Values come from a file of variables as it is typed.
    main.write_text('variable "on" {}\n' + OPEN_DISK.replace("false", "var.on"), encoding="utf-8")
    values = tmp_path / "terraform.tfvars"
    values.write_text("on = true\n", encoding="utf-8")
    workspace.take(str(main), None, on_disk=True)
    assert "CN044" not in rules_in(workspace, main)
    workspace.take(str(values), "on = false\n")
    assert "CN044" in rules_in(workspace, main)
    workspace.take(str(values), None)
    assert "CN044" not in rules_in(workspace, main)
    assert len(workspace.library.parsed or ()) <= 2, "what was typed before is not kept"


def test_outside_of_the_editors_folders_only_the_files_own_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    main = tmp_path / "main.tf"
    main.write_text(OPEN_DISK, encoding="utf-8")
    (tmp_path / "deep" / "er" / "x.tf").write_text(OPEN_DISK, encoding="utf-8")
    workspace = Workspace(str(tmp_path), Choice(None, ()), {str(main): OPEN_DISK}, alone=True)
    assert [item.path for item in workspace.tree.directories] == [str(tmp_path)]
    assert "CN044" in rules_in(workspace, main)


def test_addresses(tmp_path: Path) -> None:
    for uri in ("untitled:Untitled-1", "file:", "file://[x/main.tf", "file:///a%00b.tf", "git:/x/main.tf", "main.tf"):
        assert path_of(uri) is None, uri
    assert path_of((tmp_path / "a;b#%41 数.tf").as_uri()) == str(tmp_path / "a;b#%41 数.tf")
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a/b")
    (tmp_path / "a" / "b" / "shared.tf").symlink_to("../../shared.tf")
    assert path_of((tmp_path / "link" / "shared.tf").as_uri()) == str(tmp_path / "a" / "b" / "shared.tf")
