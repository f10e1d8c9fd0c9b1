"""FinancialBaseline: the whole of a financial system in two regions, on top of its MLPS level."""

import pulumi

from compliant_infra.components.alicloud.mlps_baseline import MlpsBaseline, MlpsBaselineArgs


class FinancialBaselineArgs(MlpsBaselineArgs):
    """Arguments of FinancialBaseline: those of MlpsBaseline."""


class FinancialBaseline(MlpsBaseline):
    """A system of the financial sector in two regions for ``financial-l2``, ``financial-l3`` or ``financial-l4``.

    What MlpsBaseline makes, with SM cryptography everywhere the cloud has it, data localisation, decoys, and recovery
    in a distant region: JR/T 0071.2-2020 on top of GB/T 22239-2019. At level 4 both regions are of the financial cloud;
    below it where ``finance_regions`` asks for them.

    Serves, beside what MlpsBaseline serves, 8.1.4.9 d, f and g of JR/T 0071.2-2020 (9.1.4.9 e, g and h at level 4: two
    places far apart, copies off site, a remote centre that is ready) and the cryptography of GB/T 39786-2021.

    Keys in hardware and SM keys need a KMS instance in each region, ordered in the console. SM2 certificates end TLS at
    WAF, of which an account has one instance: give its ``waf_instance_id`` and ``sm2_certificate_id`` in ``primary``
    with an ``entry``. What no product can do stands among ``exceptions``.
    """

    carried = ("financial-l2", "financial-l3", "financial-l4")
    default_baseline = "financial-l3"
    _typed_args: type = FinancialBaselineArgs

    def __init__(self, name: str, args: FinancialBaselineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
