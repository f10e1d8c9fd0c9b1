"""What the components for Alibaba Cloud have in common."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.component import Component


class AlicloudComponent(Component):
    """Base of the components for Alibaba Cloud."""

    cloud = "alicloud"

    def _own_provider(self, name: str, region: str) -> pulumi.ProviderResource:
        provider: pulumi.ProviderResource = alicloud.Provider(
            name, region=region, opts=pulumi.ResourceOptions(parent=self)
        )
        return provider


#: Bandwidth of a public address in Mbit/s where nobody says: paid by traffic, the number is a ceiling and no order, of
#: which the provider takes 1 to 200.
ADDRESS_MBPS = 100


def address_bandwidth(component: AlicloudComponent) -> int:
    """Bandwidth of a public address in Mbit/s, never less than the baseline asks."""
    return max(ADDRESS_MBPS, component.hardening.number("min-bandwidth-mbps"))
