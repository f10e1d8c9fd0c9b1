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
