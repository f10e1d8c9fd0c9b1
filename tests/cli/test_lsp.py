"""The language server through a real session: a client, a server process, messages in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lsprotocol import types

from compliant_infra.hcl_checks.reader import parse
from tests.cli.lsp_session import Session, session

OPEN_DISK = 'resource "alicloud_ecs_disk" "数据" {\n  zone_id = "cn-beijing-h"\n  encrypted = false\n}\n'


def of_rule(found: list[types.Diagnostic], code: str) -> list[types.Diagnostic]:
    return [item for item in found if item.code == code]


def applied(text: str, edits: list[types.TextEdit]) -> str:
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
        assert [item.code for item in broken if item.severity == types.DiagnosticSeverity.Error] == ["syntax-error"]
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
