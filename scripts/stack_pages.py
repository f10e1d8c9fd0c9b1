"""The parts of the documentation that come from the starter stacks."""

from __future__ import annotations

from catalogue_pages import code, table

from compliant_infra.stacks.catalogue import templates

_HEADS = {
    "en": ("stack", "what it builds", "tool", "cloud", "baselines", "regions"),
    "zh": ("模板", "内容", "工具", "云", "基线", "地域"),
}
_CLOUDS = {"alicloud": "Alibaba Cloud", "aws": "AWS China", "tencentcloud": "Tencent Cloud"}
_TOOLS = {"pulumi": "Pulumi", "terraform": "Terraform"}


def stacks_part(language: str) -> str:
    """The table of the starter stacks."""
    up = "../" * (1 if language == "en" else 2)
    page = "README.md" if language == "en" else "README.zh-CN.md"
    rows = []
    for item in templates().values():
        summary = f"{item.title.in_language(language)}. " if language == "en" else f"{item.title.zh}。"
        profiles = "".join(f" + {code(profile)}" for profile in item.profiles)
        regions = ", ".join(code(region) for region in (item.region, item.standby_region) if region)
        rows.append(
            (
                f"[{item.name}]({up}stacks/{item.name}/{page})",
                summary + item.summary.in_language(language),
                _TOOLS[item.kind],
                _CLOUDS[item.cloud],
                ", ".join(map(code, item.baselines)) + profiles,
                regions,
            )
        )
    return "\n".join(table(_HEADS[language], rows))
