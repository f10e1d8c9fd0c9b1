# 不要求国密时，加密算法也可用 AES-CBC-256；对端网关须同步修改。
resource "tencentcloud_vpn_connection" "this" {
  ike_version                = "IKEV2"
  ike_proto_encry_algorithm  = "SM4"
  ike_proto_authen_algorithm = "SHA-256"
  ike_dh_group_name          = "GROUP14"
  ipsec_encrypt_algorithm    = "SM4"
  ipsec_integrity_algorithm  = "SHA-256"
  ipsec_pfs_dh_group         = "DH-GROUP14"
}
