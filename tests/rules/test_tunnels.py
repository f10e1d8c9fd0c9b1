"""VPN tunnels: settings that are not written, partly known, or of two tunnels."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Unknown, Verdict
from compliant_infra.kernel.rules.tunnels import STRONG_SUITE
from tests.rules.fake import FakeContext, either, findings, judge, resource, unknown

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN

IKE: dict[str, Any] = {"ike_version": "ikev2", "ike_enc_alg": "aes", "ike_auth_alg": "sha256", "ike_pfs": "group14"}
IPSEC: dict[str, Any] = {"ipsec_enc_alg": "aes", "ipsec_auth_alg": "sha256", "ipsec_pfs": "group14"}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, PASS),
        ({"ike_auth_alg": "sha2"}, PASS),
        ({"ike_enc_alg": "AES256"}, PASS),
        ({"ike_enc_alg": None}, PASS),  # aes by default
        ({"ike_enc_alg": "3des"}, FAIL),
        ({"ike_auth_alg": None}, FAIL),  # md5 by default
        ({"ike_version": None}, FAIL),
        ({"ike_pfs": "group5"}, FAIL),
        ({"ike_pfs": "group99"}, UNKNOWN),
        ({"ike_enc_alg": unknown()}, UNKNOWN),
        ({"ike_enc_alg": unknown(), "ike_pfs": "group2"}, FAIL),
        ({"ike_pfs": either("group2", "group14")}, UNKNOWN),
        ({"ike_pfs": either("group1", "group2")}, FAIL),
    ],
)
def test_single_tunnel(change: dict[str, Any], verdict: Verdict) -> None:
    ike = {name: value for name, value in {**IKE, **change}.items() if value is not None}
    target = resource("alicloud_vpn_connection", ike_config=[ike], ipsec_config=[IPSEC])
    assert judge(STRONG_SUITE, target).verdict is verdict


def test_each_of_two_tunnels_is_a_finding() -> None:
    good = {"tunnel_ike_config": [IKE], "tunnel_ipsec_config": [IPSEC]}
    bad = {"tunnel_ike_config": [{**IKE, "ike_version": "ikev1"}], "tunnel_ipsec_config": [IPSEC]}
    target = resource("alicloud_vpn_connection", tunnel_options_specification=[bad, good, bad])
    path = "tunnel_options_specification.{}.tunnel_ike_config.0.ike_version"
    assert findings(judge(STRONG_SUITE, target)) == [
        (FAIL, path.format(0), "tunnel-0"),
        (FAIL, path.format(2), "tunnel-2"),
    ]


def test_a_finding_names_every_weak_setting() -> None:
    message = judge(STRONG_SUITE, resource("tencentcloud_vpn_connection")).message
    for name in ("ike_version", "ike_proto_encry_algorithm", "ipsec_pfs_dh_group"):
        assert name in message.en and name in message.zh


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        ([14, 20], PASS),
        (["14"], PASS),
        ([14, 2], FAIL),
        ([unknown(), 2], FAIL),
        ([unknown(), 14], UNKNOWN),
        ([], FAIL),
        (None, FAIL),
        (Unknown("no-value", "var.groups", elements=(5,)), FAIL),
        (Unknown("no-value", "var.groups", elements=(14,)), UNKNOWN),
    ],
)
def test_accepted_groups(groups: Any, verdict: Verdict) -> None:
    settings: dict[str, Any] = {}
    for number in (1, 2):
        settings[f"tunnel{number}_ike_versions"] = ["ikev2"]
        for phase in (1, 2):
            settings[f"tunnel{number}_phase{phase}_integrity_algorithms"] = ["SHA2-256"]
            settings[f"tunnel{number}_phase{phase}_dh_group_numbers"] = [14]
    settings["tunnel2_phase1_dh_group_numbers"] = groups
    assert judge(STRONG_SUITE, resource("aws_vpn_connection", **settings)).verdict is verdict


@pytest.mark.parametrize(
    ("cipher", "profiles", "verdict"),
    [("AES-CBC-256", (), PASS), ("AES-CBC-256", ("sm",), FAIL), ("SM4", ("sm",), PASS), ("NULL", (), FAIL)],
)
def test_national_cipher(cipher: str, profiles: tuple[str, ...], verdict: Verdict) -> None:
    target = resource(
        "tencentcloud_vpn_connection",
        ike_version="IKEV2",
        ike_proto_encry_algorithm=cipher,
        ike_proto_authen_algorithm="SHA-256",
        ike_dh_group_name="GROUP14",
        ipsec_encrypt_algorithm=cipher,
        ipsec_integrity_algorithm="SHA-256",
        ipsec_pfs_dh_group="DH-GROUP14",
    )
    assert judge(STRONG_SUITE, target, FakeContext([target], profiles=profiles)).verdict is verdict
