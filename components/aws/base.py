"""What the components for AWS China have in common."""

import pulumi
import pulumi_aws as aws

from compliant_infra.components.component import Component


class AwsComponent(Component):
    """Base of the components for AWS China: partition ``aws-cn``, domain ``amazonaws.com.cn``."""

    cloud = "aws"
    second_place = "the second region"
    region_hint = ": the other region of AWS China"

    def _own_provider(self, name: str, region: str) -> pulumi.ProviderResource:
        provider: pulumi.ProviderResource = aws.Provider(name, region=region, opts=pulumi.ResourceOptions(parent=self))
        return provider
