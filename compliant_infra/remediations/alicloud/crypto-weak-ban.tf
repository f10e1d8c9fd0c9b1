# 证书与公钥为示例，替换为重新签发的证书、重新生成的密钥。
resource "alicloud_ssl_certificates_service_pca_certificate" "this" {
  algorithm = "SM2_256" # 不要求国密时可用 RSA_2048 及以上或 ECC_256
}

resource "alicloud_ssl_certificates_service_certificate" "this" {
  cert = <<-EOT
    -----BEGIN CERTIFICATE-----
    MIIC2TCCAcECFH2kfoRIHpZaV/jaWa+I8zXOXdAlMA0GCSqGSIb3DQEBCwUAMCcx
    EDAOBgNVBAoMB0V4YW1wbGUxEzARBgNVBAMMCkV4YW1wbGUgQ0EwHhcNMjYxMTIy
    MDkwMTI4WhcNNDYxMTE3MDkwMTI4WjArMRAwDgYDVQQKDAdFeGFtcGxlMRcwFQYD
    VQQDDA53d3cuZXhhbXBsZS5jbjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoC
    ggEBAMNSV3goAKaBYmfAyx3E+iAyRjWfce2KjatVwX5XVpZ0PFMhhEZ6jnXGIi2u
    o/bSrCxr4CPIMR4N4f5lcoqm5JmcEHEHCvF8WKMExj9VYxSjt4zung6pOAxfHFiX
    n/mqynMR8tvAePfkWOmVLDcLWWLl1tWQtEGXZCQmpOrXTnUC73Vqn+5+uCsjrtOM
    AifoDpuTCfkf6c33EnzSeqUC8ZydM/CgRNc6rotNLsGQun4sAcxXCUWCngT6UAeI
    gnYEBPRvahMi/jmhelHwr0zQOBZh1YZ6Ku3jQ6X89hFq0dOVjhpEvZvl1s+52pwy
    +p71pZVKQD5bSMlWlg8ut6t9uy0CAwEAATANBgkqhkiG9w0BAQsFAAOCAQEAIySj
    rtKeviJ3qkX+vLuMsIMdMhgw66SzM/vdVONPoflgrDaU6nFymkwj8r+XXHBJKuEW
    ep7ORV2ww7fFybqx2k+4bk9ULdHg/MQCQk6UTmt5upFBcw0ZV6qsS7qIbf3hee88
    6ctPKWkZ8HE6MzoQLvIPc3fN/Lun4OW7i2eh1UkOvpn1fdv37JW2aM7lFTxsT1Hf
    8YfHYJ8zdw9TY2voxWhfKKoAS7//BL/CESapbsklClAxrY6V3PzjtmIToGPrXGlP
    yTZc2BlSHBNAlncDO2Qu2PFssCDuDYkguMcV7Tl7dQZpL+k5nIxeFZSlX2PItN0J
    ZtAOZ/03DoLa6g2jkg==
    -----END CERTIFICATE-----
  EOT
}

resource "alicloud_slb_server_certificate" "this" {
  server_certificate = <<-EOT
    -----BEGIN CERTIFICATE-----
    MIIC2TCCAcECFH2kfoRIHpZaV/jaWa+I8zXOXdAlMA0GCSqGSIb3DQEBCwUAMCcx
    EDAOBgNVBAoMB0V4YW1wbGUxEzARBgNVBAMMCkV4YW1wbGUgQ0EwHhcNMjYxMTIy
    MDkwMTI4WhcNNDYxMTE3MDkwMTI4WjArMRAwDgYDVQQKDAdFeGFtcGxlMRcwFQYD
    VQQDDA53d3cuZXhhbXBsZS5jbjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoC
    ggEBAMNSV3goAKaBYmfAyx3E+iAyRjWfce2KjatVwX5XVpZ0PFMhhEZ6jnXGIi2u
    o/bSrCxr4CPIMR4N4f5lcoqm5JmcEHEHCvF8WKMExj9VYxSjt4zung6pOAxfHFiX
    n/mqynMR8tvAePfkWOmVLDcLWWLl1tWQtEGXZCQmpOrXTnUC73Vqn+5+uCsjrtOM
    AifoDpuTCfkf6c33EnzSeqUC8ZydM/CgRNc6rotNLsGQun4sAcxXCUWCngT6UAeI
    gnYEBPRvahMi/jmhelHwr0zQOBZh1YZ6Ku3jQ6X89hFq0dOVjhpEvZvl1s+52pwy
    +p71pZVKQD5bSMlWlg8ut6t9uy0CAwEAATANBgkqhkiG9w0BAQsFAAOCAQEAIySj
    rtKeviJ3qkX+vLuMsIMdMhgw66SzM/vdVONPoflgrDaU6nFymkwj8r+XXHBJKuEW
    ep7ORV2ww7fFybqx2k+4bk9ULdHg/MQCQk6UTmt5upFBcw0ZV6qsS7qIbf3hee88
    6ctPKWkZ8HE6MzoQLvIPc3fN/Lun4OW7i2eh1UkOvpn1fdv37JW2aM7lFTxsT1Hf
    8YfHYJ8zdw9TY2voxWhfKKoAS7//BL/CESapbsklClAxrY6V3PzjtmIToGPrXGlP
    yTZc2BlSHBNAlncDO2Qu2PFssCDuDYkguMcV7Tl7dQZpL+k5nIxeFZSlX2PItN0J
    ZtAOZ/03DoLa6g2jkg==
    -----END CERTIFICATE-----
  EOT
}

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
}

resource "alicloud_maxcompute_project" "this" {
  properties {
    encryption {
      enable    = true
      algorithm = "AES256"
    }
  }
}

resource "alicloud_ecs_key_pair" "this" {
  public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC1GOHYyu7zsE+b/ZXityebl+ur0vJQmLODBEyCy9khbQlb4SWTKPNzftvYGgwKusWj3ej0n/lDWzSIMSfYVmuq3lk51/4+HKzxBoc7Y+5pBDTXpHb5fwVvOUFVpTOD+0sdvEgJulR3rAGLC0ee93mN1sagDxad37H6hBncqzJL50K+GfSSg/u/EMGEC/yYY+Rr1VwHiK+un6KXiHWjnmo9IYWzIi6xabx1a95LR/8ybf0PaGmkHspPlf1SdTIbUxJcqBDBMs8hwv5giU9QRyO8AYjK0x4+eMbBLE+daoAPm1sIdXo3x1qAcq0Y+kDKB0JKLxe4nsF3F2BoKHEQP4QmmdqMp6DrOyg928E5NHO8X7KgOfbivSZ01pYhSeRktOCgHco088dmJwsdVEZ2CrPW/tPmrusUvZ+CInHZ9SpBlbP7pUybf2y+67hxbAjzYGt2lz/kM4VbKF/aAgkL02Ni+eopxZzcDngP7EG7/tYD49bzmG+8qLYLnAxkOGVLtlU= ops"
}
