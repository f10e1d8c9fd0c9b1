# 双隧道：网关的两个交换机位于不同可用区，连接的两条隧道各通往一个用户网关。各隧道的 psk 另行填写。
variable "vpn_vpc_id" {
  type    = string
  default = "vpc-of-the-gateway"
}

# 可用区须与网关的主交换机不同。
resource "alicloud_vswitch" "standby" {
  vpc_id     = var.vpn_vpc_id
  zone_id    = "cn-hangzhou-j"
  cidr_block = "10.0.255.0/28"
}

variable "customer_gateways" {
  type    = list(string)
  default = ["cgw-master", "cgw-slave"]
}

resource "alicloud_vpn_gateway" "this" {
  disaster_recovery_vswitch_id = alicloud_vswitch.standby.id
}

resource "alicloud_vpn_connection" "this" {
  customer_gateway_id = null
  tunnel_options_specification {
    role                = "master"
    customer_gateway_id = var.customer_gateways[0]
    enable_dpd          = true
    tunnel_ike_config {
      ike_version  = "ikev2"
      ike_enc_alg  = "aes256"
      ike_auth_alg = "sha256"
      ike_pfs      = "group14"
    }
    tunnel_ipsec_config {
      ipsec_enc_alg  = "aes256"
      ipsec_auth_alg = "sha256"
      ipsec_pfs      = "group14"
    }
  }
  tunnel_options_specification {
    role                = "slave"
    customer_gateway_id = var.customer_gateways[1]
    enable_dpd          = true
    tunnel_ike_config {
      ike_version  = "ikev2"
      ike_enc_alg  = "aes256"
      ike_auth_alg = "sha256"
      ike_pfs      = "group14"
    }
    tunnel_ipsec_config {
      ipsec_enc_alg  = "aes256"
      ipsec_auth_alg = "sha256"
      ipsec_pfs      = "group14"
    }
  }
}

resource "alicloud_vpn_gateway_vpn_attachment" "this" {
  customer_gateway_id = null
  tunnel_options_specification {
    tunnel_index        = 1
    customer_gateway_id = var.customer_gateways[0]
    enable_dpd          = true
    tunnel_ike_config {
      ike_version  = "ikev2"
      ike_enc_alg  = "aes256"
      ike_auth_alg = "sha256"
      ike_pfs      = "group14"
    }
    tunnel_ipsec_config {
      ipsec_enc_alg  = "aes256"
      ipsec_auth_alg = "sha256"
      ipsec_pfs      = "group14"
    }
  }
  tunnel_options_specification {
    tunnel_index        = 2
    customer_gateway_id = var.customer_gateways[1]
    enable_dpd          = true
    tunnel_ike_config {
      ike_version  = "ikev2"
      ike_enc_alg  = "aes256"
      ike_auth_alg = "sha256"
      ike_pfs      = "group14"
    }
    tunnel_ipsec_config {
      ipsec_enc_alg  = "aes256"
      ipsec_auth_alg = "sha256"
      ipsec_pfs      = "group14"
    }
  }
}

# 第二条专线：另一家运营商，终结于另一台设备。
resource "alicloud_express_connect_physical_connection" "standby" {
  access_point_id                  = alicloud_express_connect_physical_connection.this.access_point_id
  redundant_physical_connection_id = alicloud_express_connect_physical_connection.this.id
  port_type                        = alicloud_express_connect_physical_connection.this.port_type
  line_operator                    = "CU"
}
