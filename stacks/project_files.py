"""The files of a project that follow from its stack and from what was chosen.

The same text goes into the stack's own folder, made for the default choice, so that ``pulumi new`` finds a whole
project there; ``scripts/compose_stacks.py`` writes it and a test holds it current.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from compliant_infra import __version__
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.obligations.skeleton import skeleton
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import EVIDENCE_FILE_NAME, FILE_NAME
from compliant_infra.stacks.catalogue import FOLDER, Template
from compliant_infra.stacks.choices import Choice

#: The stack that a project begins with.
STACK: Final = "prod"

#: Where a wheel of this package is kept in a project that is made with one.
WHEELS: Final = "wheels"

#: What the programs are written for and tested with; the SDKs of the clouds move fast.
_PINS: Final = {
    "": ("pulumi==3.272.0", "pulumi-random==4.21.4"),
    "alicloud": ("pulumi-alicloud==4.0.0",),
    "aws": ("pulumi-aws==7.51.1",),
}
_DEVELOPMENT_PINS: Final = ("pytest==8.4.2", "ruff==0.14.5")

#: Marks an example value that has to be replaced before anything is deployed.
_REPLACE: Final = "REPLACE 须替换"

#: How a parameter names the setting whose value it takes.
_REFERENCE: Final = "{%s}"


def common_files(template: Template, choice: Choice) -> dict[str, str]:
    """The files that a project has in either way of making it: path -> text."""
    kind = template.kind
    files = {
        FILE_NAME: _settings(template, choice),
        EVIDENCE_FILE_NAME: _evidence(choice),
        ".gitignore": _shared(f"gitignore.{kind}"),
        ".github/workflows/compliance.yml": _shared(f"github.{kind}.yml"),
        ".gitlab-ci.yml": _shared(f"gitlab.{kind}.yml"),
        ".pre-commit-config.yaml": _shared(f"pre-commit.{kind}.yaml"),
        "requirements.txt": _requirements(template, choice),
    }
    if kind == "pulumi":
        files["requirements-dev.txt"] = "\n".join(("-r requirements.txt", *_DEVELOPMENT_PINS)) + "\n"
        files["ruff.toml"] = 'line-length = 120\ntarget-version = "py311"\n'
    else:
        files["terraform.tfvars"] = _tfvars(template, choice)
    return files


def created_files(template: Template, choice: Choice, description: str) -> dict[str, str]:
    """The files of a project that ``compliant-infra new`` makes: those above, and what ``pulumi new`` would ask for."""
    files = common_files(template, choice)
    if template.kind == "pulumi":
        files["Pulumi.yaml"] = _project(choice.name, description)
        files[f"Pulumi.{STACK}.yaml"] = _stack(template, choice)
    return files


def template_files(template: Template, choice: Choice) -> dict[str, str]:
    """The files of the stack's own folder."""
    files = common_files(template, choice)
    if template.kind == "pulumi":
        files["Pulumi.yaml"] = _project("${PROJECT}", "${DESCRIPTION}") + _template_section(template, choice)
    return files


def _shared(name: str) -> str:
    return (FOLDER / "_shared" / name).read_text(encoding="utf-8")


def _text(value: Any) -> str:
    """A text as JSON, TOML and YAML alike write it."""
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------------------------------------- requirements


def _requirements(template: Template, choice: Choice) -> str:
    extra = "[pulumi]" if template.kind == "pulumi" else ""
    pins = (*_PINS[""], *_PINS[template.cloud]) if template.kind == "pulumi" else ()
    return "\n".join((_own_requirement(choice.package, extra), *pins)) + "\n"


def _own_requirement(package: str, extra: str) -> str:
    """This package as a requirement: of this version from the index, from git, or from a wheel in the project."""
    if not package:
        return f"compliant-infra{extra}=={__version__}"
    if package.startswith(f"{WHEELS}/"):
        return f"./{package}{extra}"
    if "://" in package:
        return f"compliant-infra{extra} @ {package}"
    return package.replace("compliant-infra", f"compliant-infra{extra}", 1) if extra else package


# ---------------------------------------------------------------------------------------------------- what is declared


def _settings(template: Template, choice: Choice) -> str:
    profiles = ", ".join(map(_text, choice.profiles))
    lines = [
        "# What is declared of this system; every check of it reads this file.",
        "# 系统声明：所有检查均读取本文件。",
        "[system]",
        f"name = {_text(choice.name)}",
        f'baseline = "{choice.baseline}"',
        f"profiles = [{profiles}]",
        "# This project is the whole system: what is missing fails. 本项目即整个系统：缺失的资源判为未通过。",
        "complete = true",
    ]
    parameters = _parameters(template)
    if parameters:
        where = f"Pulumi.{STACK}.yaml" if template.kind == "pulumi" else "terraform.tfvars"
        lines += ["", f"# Replace the examples here as in {where}. 须与 {where} 中的取值一并替换。", "[parameters]"]
        lines += (f"{name} = {_text(value)}" for name, value in parameters.items())
    active = baselines.active_profiles(choice.baseline, choice.profiles)
    if any(baselines.profile(name).requires_cross_border for name in active):
        lines += [
            "",
            "# No data leave mainland China by what is built here; change this before any do.",
            "# 本项目不向境外提供数据；如需出境，先修改此处。",
            "[cross-border]",
            'mechanism = "none"',
        ]
    return "\n".join(lines) + "\n"


def _parameters(template: Template) -> dict[str, Any]:
    """The parameters, with the values of the settings that they name."""
    values = {_REFERENCE % item.key: item.value for item in template.settings}

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(item) for item in value]
        return values[value] if isinstance(value, str) and value.startswith("{") else value

    return {name: resolved(value) for name, value in template.parameters.items()}


def _evidence(choice: Choice) -> str:
    active = frozenset(baselines.active_profiles(choice.baseline, choice.profiles))
    return "".join(skeleton(regulations.clauses(choice.baseline, active)))


# ---------------------------------------------------------------------------------------------------- Pulumi


def _project(name: str, description: str) -> str:
    return (
        f"name: {name}\n"
        f"description: {_text(description) if not description.startswith('${') else description}\n"
        "runtime:\n"
        "  name: python\n"
        "  options:\n"
        "    toolchain: pip\n"
        "    virtualenv: venv\n"
    )


def _configuration(template: Template, choice: Choice) -> Iterator[tuple[str, str, str]]:
    """Key, value and meaning of the stack configuration; a key without a namespace is the project's."""
    yield f"{template.cloud}:region", choice.region, "Region that everything is made in"
    yield "compliant-infra:baseline", choice.baseline, f"Baseline: {', '.join(template.baselines)}"
    yield "compliant-infra:profiles", ",".join(choice.profiles), "Profiles on top of the baseline, separated by commas"
    yield "zones", ",".join(choice.zones), "Zones of the region, separated by commas"
    if template.standby_region:
        yield "standbyRegion", choice.standby_region, "Region of the standby"
        yield "standbyZones", ",".join(choice.standby_zones), "Zones of the standby region, separated by commas"
    yield "tags", ",".join(f"{key}={value}" for key, value in choice.tags.items()), "Tags: key=value, ..."
    for item in choice.settings_of(template):
        yield item.key, str(item.value), item.about.en + (" (replace this example)" if item.is_open else "")


def _stack(template: Template, choice: Choice) -> str:
    lines = ["config:"]
    settings = {item.key: item for item in choice.settings_of(template)}
    for key, value, _ in _configuration(template, choice):
        setting = settings.get(key)
        if setting is not None and setting.is_open:
            lines.append(f"  # {_REPLACE}: {setting.about.en} {setting.about.zh}")
        name = key if ":" in key else f"{choice.name}:{key}"
        lines.append(f"  {name}: {_text(value)}")
    return "\n".join(lines) + "\n"


def _template_section(template: Template, choice: Choice) -> str:
    """What ``pulumi new`` asks for and shows. It keeps none of it in the project but the answers."""
    lines = [
        "template:",
        f"  displayName: {_text(template.title.en)}",
        f"  description: {_text(template.summary.en)}",
        f"  quickstart: {_text('compliant-infra check . --run-program, then replace what README.md lists')}",
        "  config:",
    ]
    for key, value, about in _configuration(template, choice):
        # A tag with the token of the name would be replaced in the file, and not in the answer.
        default = value.replace("${PROJECT}", "starter") if key == "tags" else value
        lines += [f"    {key}:", f"      description: {_text(about)}", f"      default: {_text(default)}"]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------------------------- Terraform


def _tfvars(template: Template, choice: Choice) -> str:
    """The variables, each on its own after a blank line, which ``terraform fmt`` leaves alone."""
    name = choice.name.replace("${PROJECT}", "starter")
    values: list[tuple[str, Any, str]] = [
        ("name", name, "Beginning of every name. 所有资源名的前缀"),
        ("baseline", choice.baseline, f"{', '.join(template.baselines)}; also in {FILE_NAME}. 须与 {FILE_NAME} 一致"),
        ("region", choice.region, ""),
        ("zones", list(choice.zones), ""),
    ]
    if template.standby_region:
        values += [
            ("standby_region", choice.standby_region, ""),
            ("standby_zones", list(choice.standby_zones), ""),
        ]
    tags = {key: value.replace("${PROJECT}", "starter") for key, value in choice.tags.items()}
    values.append(("tags", tags, ""))
    for item in choice.settings_of(template):
        mark = f"{_REPLACE}: " if item.is_open else ""
        values.append((item.key, item.value, f"{mark}{item.about.en} {item.about.zh}"))
    return "\n".join(_assignment(*value) for value in values)


def _assignment(name: str, value: Any, comment: str) -> str:
    text = _object(value) if isinstance(value, Mapping) else _hcl(value)
    return (f"# {comment}\n" if comment else "") + f"{name} = {text}\n"


def _object(value: Mapping[str, Any]) -> str:
    keys = [key if key.isidentifier() else _hcl(key) for key in value]
    width = max(map(len, keys), default=0)
    return (
        "{\n"
        + "".join(f"  {key.ljust(width)} = {_hcl(item)}\n" for key, item in zip(keys, value.values(), strict=True))
        + "}"
    )


def _hcl(value: Any) -> str:
    if isinstance(value, str):
        return _text(value).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Iterable):
        return f"[{', '.join(map(_hcl, value))}]"
    return _text(value)
