"""Why AWS China carries no baseline of level 4 and none of the financial sector, from what is known of the clouds.

No Pulumi SDK is imported here: the package says so when it is asked for a component that there is not.
"""

from compliant_infra.providers.capabilities import capabilities, platform_levels

#: Capabilities whose absence stands against a baseline of level 4, or against one of the financial sector.
LEVEL_4 = ("hsm", "disk-sm4", "database-sm4", "sm2-edge", "ddos")
FINANCIAL = ("finance-regions", "disk-sm4", "database-sm4", "sm2-edge", "ddos")


def _lacks(wanted: tuple[str, ...]) -> str:
    """What AWS China does not offer, or not fully, or what no document of the provider shows."""
    offers = {item.id: item for item in capabilities()}
    found = [offers[name] for name in wanted if offers[name].offers["aws"].state != "yes"]
    return "; ".join(f"{item.title.en}: {item.offers['aws'].note.en}" for item in found)


def why_not_level_4() -> str:
    """What stands against a system of level 4 on AWS China."""
    levels = ", ".join(f"{region} at level {level}" for region, level in sorted(platform_levels()["aws"].items()))
    return f"a system of level 4 needs a platform of level 4, AWS China has {levels}; it lacks: {_lacks(LEVEL_4)}"


def why_not_financial() -> str:
    """What stands against a baseline of the financial sector on AWS China."""
    return f"AWS China lacks what the baselines of the financial sector ask for: {_lacks(FINANCIAL)}"
