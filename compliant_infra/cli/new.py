"""``compliant-infra new``: a project to begin with, from a starter stack."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from compliant_infra.cli.options import CannotError, check_names, fail, language_option
from compliant_infra.kernel.model import Text
from compliant_infra.stacks.catalogue import Template, templates
from compliant_infra.stacks.choices import Choice, UnsuitableChoiceError, choose, tags_of
from compliant_infra.stacks.creation import FolderInUseError, create, package_of

#: What people call the tools and the clouds.
_TOOLS = {"pulumi": "Pulumi", "terraform": "Terraform"}
_CLOUDS = {
    "alicloud": Text("Alibaba Cloud", "阿里云"),
    "aws": Text("AWS China", "AWS 中国"),
    "tencentcloud": Text("Tencent Cloud", "腾讯云"),
}


@dataclass(slots=True)
class _Answers:
    """What was given or asked for."""

    name: str
    baseline: str
    region: str
    standby_region: str
    tags: tuple[str, ...]


@click.command("new")
@click.argument("template", required=False)
@click.argument("directory", required=False, type=click.Path(file_okay=False))
@click.option("--list", "listing", is_flag=True, help="List the starter stacks.")
@click.option(
    "--format", "format_", type=click.Choice(["console", "json"]), default="console", help="Format of the list."
)
@click.option("--name", default="", help="Beginning of the names of what is made; default: the directory's name.")
@click.option("--baseline", default="", metavar="NAME", help="Baseline; default: that of the stack.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Profile to add (repeatable).")
@click.option("--region", default="", help="Region in mainland China; default: that of the stack.")
@click.option("--zones", default="", metavar="A,B", help="Its zones; default: usual ones of the region.")
@click.option("--standby-region", default="", help="Region of the standby, where the stack has one.")
@click.option("--standby-zones", default="", metavar="A,B", help="The zones of the standby region.")
@click.option("--tags", multiple=True, metavar="KEY=VALUE,...", help="Tags of everything (repeatable).")
@click.option("--description", default="", help="What the project is; default: the title of the stack.")
@click.option(
    "--package",
    default="",
    metavar="ADDRESS|WHEEL",
    help="Where the project gets compliant-infra from: a git address, or a wheel, which goes into the project.",
)
@click.option("--yes", is_flag=True, help="Take the defaults; ask nothing.")
@language_option
def command(
    template: str | None,
    directory: str | None,
    listing: bool,
    format_: str,
    name: str,
    baseline: str,
    profiles: tuple[str, ...],
    region: str,
    zones: str,
    standby_region: str,
    standby_zones: str,
    tags: tuple[str, ...],
    description: str,
    package: str,
    yes: bool,
    lang: str,
) -> None:
    """Make a project from the starter stack TEMPLATE in DIRECTORY, which must be empty or not be there.

    Where a terminal is there, what is not given is asked for. Exit status: 0 made, 2 refused.
    """
    if listing:
        _list(format_, lang)
        return
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    chosen = _template(template, asks, lang)
    if directory is None:
        if not asks:
            fail(
                Text(
                    "no directory given: compliant-infra new TEMPLATE DIR",
                    "未给出目录：compliant-infra new TEMPLATE DIR",
                )
            )
        directory = click.prompt(Text("directory", "目录").in_language(lang))
    folder = Path(directory)
    check_names(baseline or None, profiles)
    given = _Answers(name or _name_of(folder), baseline, region, standby_region, tags)
    if asks:
        _ask(given, chosen, lang, named=bool(name))
        check_names(given.baseline or None, profiles)
    try:
        requirement, wheel = package_of(package)
        choice = choose(
            chosen,
            name=given.name,
            baseline=given.baseline,
            profiles=profiles,
            region=given.region,
            zones=_split(zones),
            standby_region=given.standby_region,
            standby_zones=_split(standby_zones),
            tags=tags_of(given.tags),
            package=requirement,
        )
        create(chosen, folder, choice, description=description, wheel=wheel)
    except UnsuitableChoiceError as error:
        raise CannotError(error.reason.in_language(lang)) from None
    except FolderInUseError as error:
        reason = Text(f"{error} is not empty: nothing was written", f"{error} 不是空目录：未写入任何内容")
        raise CannotError(reason.in_language(lang)) from None
    except OSError as error:
        place = error.filename or directory
        fail(
            Text(
                f"cannot write {place}: {error.strerror}; nothing was left behind",
                f"无法写入 {place}：{error.strerror}；未留下任何文件",
            )
        )
    click.echo(_next_steps(chosen, choice, directory).in_language(lang))


def _template(name: str | None, asks: bool, lang: str) -> Template:
    known = templates()
    if name is None:
        if not asks:
            fail(
                Text(
                    "no template given; compliant-infra new --list shows them",
                    "未给出模板；可用模板见 compliant-infra new --list",
                )
            )
        _list("console", lang)
        name = click.prompt(
            Text("template", "模板").in_language(lang), type=click.Choice(list(known)), show_choices=False
        )
    found = known.get(name)
    if found is None:
        names = ", ".join(known)
        fail(Text(f"unknown template {name!r}; known: {names}", f"没有模板 {name!r}；可用：{names}"))
    return found


def _ask(given: _Answers, template: Template, lang: str, *, named: bool) -> None:
    """Ask for what the options do not give."""

    def asked(text: Text, default: str) -> str:
        answer: str = click.prompt(text.in_language(lang), default=default, show_default=bool(default))
        return answer.strip()

    if not named:
        given.name = asked(Text("name", "名称"), given.name)
    if not given.baseline:
        known = ", ".join(template.baselines)
        given.baseline = asked(Text(f"baseline ({known})", f"等级基线（{known}）"), template.baseline)
    given.region = given.region or asked(Text("region", "地域"), template.region)
    if template.standby_region and not given.standby_region:
        given.standby_region = asked(Text("standby region", "备用地域"), template.standby_region)
    if not given.tags:
        given.tags = (asked(Text("tags (key=value,...)", "标签（key=value,...）"), ""),)


def _name_of(folder: Path) -> str:
    """A name from that of the directory, as far as one can be made of it."""
    found = re.sub(r"[^a-z0-9]+", "-", folder.absolute().name.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", found)[:20].rstrip("-") or "project"


def _split(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _list(format_: str, lang: str) -> None:
    if format_ == "json":
        records = [
            {
                "name": item.name,
                "kind": item.kind,
                "cloud": item.cloud,
                "baseline": item.baseline,
                "baselines": list(item.baselines),
                "profiles": list(item.profiles),
                "region": item.region,
                "standby_region": item.standby_region or None,
                "title": item.title.in_language(lang),
                "summary": item.summary.in_language(lang),
            }
            for item in templates().values()
        ]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for item in templates().values():
        levels = ", ".join(item.baselines) + "".join(f" +{profile}" for profile in item.profiles)
        regions = " + ".join(region for region in (item.region, item.standby_region) if region)
        click.echo(f"{item.name.ljust(34)} {item.title.in_language(lang)}")
        click.echo(f"{''.ljust(34)} {_TOOLS[item.kind]}, {_CLOUDS[item.cloud].in_language(lang)}; {levels}; {regions}")


def _next_steps(template: Template, choice: Choice, directory: str) -> Text:
    """What to do next, for both kinds."""
    pulumi = template.kind == "pulumi"
    check = "venv/bin/compliant-infra check ." + (" --run-program" if pulumi else "")
    requirements = "requirements-dev.txt" if pulumi else "requirements.txt"
    commands = [
        f"cd {directory}",
        f"python3 -m venv venv && venv/bin/pip install -r {requirements}",
        check,
    ]
    deploy = "pulumi stack init prod && pulumi up" if pulumi else "terraform init && terraform apply"
    where = "Pulumi.prod.yaml" if pulumi else "terraform.tfvars"
    profiles = "".join(f" +{profile}" for profile in choice.profiles)
    places = " + ".join(item for item in (choice.region, choice.standby_region) if item)
    en = [f"made {directory}: {template.title.en} ({choice.baseline}{profiles}, {places})", "", "next:"]
    zh = [f"已创建 {directory}：{template.title.zh}（{choice.baseline}{profiles}，{places}）", "", "下一步："]
    en += [f"  {item}" for item in commands]
    zh += [f"  {item}" for item in commands]
    if not choice.package:
        en += [f"  ({requirements} takes compliant-infra from the package index; where it is on none: --package)"]
        zh += [f"  （{requirements} 从软件源获取 compliant-infra；软件源没有时请用 --package）"]
    examples = [item for item in choice.settings_of(template) if item.is_open]
    if examples:
        en += ["", f"before the first deployment, replace the examples in {where}:"]
        zh += ["", f"首次部署前，请替换 {where} 中的示例值："]
        en += [f"  {item.key}: {item.about.en}" for item in examples]
        zh += [f"  {item.key}：{item.about.zh}" for item in examples]
    en += ["", f"then: {deploy}", "README.md tells the rest; evidence.toml lists what documents have to answer."]
    zh += ["", f"然后：{deploy}", "详见 README.zh-CN.md；evidence.toml 列出需要以文件举证的条款。"]
    return Text("\n".join(en), "\n".join(zh))
