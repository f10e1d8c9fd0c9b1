# 单隧道写 ike_config、ipsec_config，双隧道写 tunnel_options_specification；保留原有的 psk、customer_gateway_id。
# 对端网关须同步改为相同的算法。
resource "alicloud_vpn_connection" "this" {
  ike_config {
    ike_version  = "ikev2"
    ike_enc_alg  = "aes256"
    ike_auth_alg = "sha256"
    ike_pfs      = "group14"
  }
  ipsec_config {
    ipsec_enc_alg  = "aes256"
    ipsec_auth_alg = "sha256"
    ipsec_pfs      = "group14"
  }
  tunnel_options_specification {
    role = "master"
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
    role = "slave"
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
  ike_config {
    ike_version  = "ikev2"
    ike_enc_alg  = "aes256"
    ike_auth_alg = "sha256"
    ike_pfs      = "group14"
  }
  ipsec_config {
    ipsec_enc_alg  = "aes256"
    ipsec_auth_alg = "sha256"
    ipsec_pfs      = "group14"
  }
}

resource "alicloud_vpn_ipsec_server" "this" {
  ike_config {
    ike_version  = "ikev2"
    ike_enc_alg  = "aes256"
    ike_auth_alg = "sha256"
    ike_pfs      = "group14"
  }
  ipsec_config {
    ipsec_enc_alg  = "aes256"
    ipsec_auth_alg = "sha256"
    ipsec_pfs      = "group14"
  }
}

resource "alicloud_ssl_vpn_server" "this" {
  cipher = "AES-256-CBC"
}
