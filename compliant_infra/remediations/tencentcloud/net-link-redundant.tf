# 通往相同网段的第二条隧道，使用另一个对端网关；预共享密钥取自密钥管理服务。
variable "standby_customer_gateway_id" {
  description = "Second customer gateway"
  type        = string
  default     = "cgw-standby"
}

variable "standby_pre_share_key" {
  description = "Pre-shared key of the second tunnel"
  type        = string
  sensitive   = true
}

resource "tencentcloud_vpn_connection" "standby" {
  name                       = "${tencentcloud_vpn_connection.this.name}-standby"
  vpc_id                     = tencentcloud_vpn_connection.this.vpc_id
  vpn_gateway_id             = tencentcloud_vpn_connection.this.vpn_gateway_id
  customer_gateway_id        = var.standby_customer_gateway_id
  pre_share_key              = var.standby_pre_share_key
  enable_health_check        = true
  ike_version                = "IKEV2"
  ike_proto_encry_algorithm  = "SM4"
  ike_proto_authen_algorithm = "SHA-256"
  ike_dh_group_name          = "GROUP14"
  ipsec_encrypt_algorithm    = "SM4"
  ipsec_integrity_algorithm  = "SHA-256"
  ipsec_pfs_dh_group         = "DH-GROUP14"
  dynamic "security_group_policy" {
    for_each = tencentcloud_vpn_connection.this.security_group_policy
    content {
      local_cidr_block  = security_group_policy.value.local_cidr_block
      remote_cidr_block = security_group_policy.value.remote_cidr_block
    }
  }
}

# 第二条专线：另一家运营商，终结于另一台设备。
resource "tencentcloud_dc_instance" "standby" {
  direct_connect_name         = "${tencentcloud_dc_instance.this.direct_connect_name}-standby"
  access_point_id             = tencentcloud_dc_instance.this.access_point_id
  redundant_direct_connect_id = tencentcloud_dc_instance.this.id
  port_type                   = tencentcloud_dc_instance.this.port_type
  line_operator               = "ChinaUnicom"
}
