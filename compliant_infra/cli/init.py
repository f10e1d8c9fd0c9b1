"""``compliant-infra init``: a settings file to begin with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from compliant_infra.cli.options import baseline_options, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.settings import DEFAULT_BASELINE, FILE_NAME

_TEMPLATE = {
    "en": """\
# Settings of compliant-infra for everything below this directory.

[system]
name = {name}
# mlps-l2, mlps-l3, mlps-l4, financial-l2, financial-l3 or financial-l4
baseline = "{baseline}"
# sm: national cryptography; localisation: data stays in mainland China; pipl: personal information; ai: AI services
profiles = [{profiles}]
# true where one run sees the whole system: what is missing then fails instead of being undecided
complete = false
# grades = "S2A3G3"
# roots = ["envs/prod"]

# [parameters]
# log-retention-days = 180
# trusted-accounts = []

# [cross-border]
# mechanism = "scc"            # none, exempt, scc, certification, assessment
# valid-until = 2027-12-31
# destinations = ["ap-southeast-1"]

# [[waivers]]
# rule = "net-no-public-ip-on-instance"
# resource = "module.web.*"
# reason = "public website"
# owner = "team-web@example.com"
# until = 2027-01-31
""",
    "zh": """\
# compliant-infra 设置：对本目录及其子目录生效。

[system]
name = {name}
# mlps-l2、mlps-l3、mlps-l4、financial-l2、financial-l3 或 financial-l4
baseline = "{baseline}"
# sm：国密；localisation：数据境内存储；pipl：个人信息保护；ai：生成式人工智能服务
profiles = [{profiles}]
# 一次扫描包含整个系统时设为 true：缺失的资源将判为未通过，而不是无法判定
complete = false
# grades = "S2A3G3"
# roots = ["envs/prod"]

# [parameters]
# log-retention-days = 180
# trusted-accounts = []

# [cross-border]
# mechanism = "scc"            # none、exempt、scc、certification、assessment
# valid-until = 2027-12-31
# destinations = ["ap-southeast-1"]

# [[waivers]]
# rule = "net-no-public-ip-on-instance"
# resource = "module.web.*"
# reason = "公开网站"
# owner = "team-web@example.com"
# until = 2027-01-31
""",
}


def _toml_text(text: str) -> str:
    """A text as TOML writes it: JSON's escapes are its own, but for the one control character that JSON leaves."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(readable, ensure_ascii=False).replace("\x7f", "\\u007f")


@click.command("init")
@click.argument("directory", default=".", type=click.Path(file_okay=False))
@baseline_options
@click.option("--name", help="The system's name; default: the directory's.")
@language_option
def command(directory: str, baseline: str | None, profiles: tuple[str, ...], name: str | None, lang: str) -> None:
    """Write compliant-infra.toml into DIRECTORY. An existing file is never overwritten."""
    check_names(baseline, profiles)
    folder = Path(directory)
    if not folder.is_dir():
        fail(Text(f"no such directory: {directory}", f"目录不存在：{directory}"))
    target = folder / FILE_NAME
    shown = name or folder.resolve().name
    text = _TEMPLATE[lang].format(
        name=_toml_text(shown),
        baseline=baseline or DEFAULT_BASELINE,
        profiles=", ".join(f'"{profile}"' for profile in profiles),
    )
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        fail(Text(f"{target} is there already; not overwritten", f"{target} 已存在，未覆盖"))
    except OSError as error:
        fail(Text(f"cannot write {target}: {error.strerror}", f"无法写入 {target}：{error.strerror}"))
    done = Text(
        f"wrote {target}; next: compliant-infra check {directory}",
        f"已写入 {target}；下一步：compliant-infra check {directory}",
    )
    click.echo(done.in_language(lang))
