resource "alicloud_instance" "this" {
  system_disk_encrypt_algorithm = "sm4-128"
}

resource "alicloud_disk" "this" {
  encrypt_algorithm = "sm4-128"
}

resource "alicloud_ess_scaling_configuration" "this" {
  system_disk_encrypt_algorithm = "SM4-128"
}

resource "alicloud_oss_bucket_server_side_encryption" "this" {
  sse_algorithm       = "KMS"
  kms_data_encryption = "SM4"
}

resource "alicloud_oss_bucket" "this" {
  server_side_encryption_rule {
    sse_algorithm       = "KMS"
    kms_data_encryption = "SM4"
  }
}

# 加密配置只能在首次开启时指定算法
resource "alicloud_log_store" "this" {
  encrypt_conf {
    enable       = true
    encrypt_type = "m4"
  }
}

# MySQL 5.7、8.0；写入数据之前设置，云服务商可能要求提交工单
resource "alicloud_db_instance" "this" {
  parameters {
    name  = "innodb_encrypt_algorithm"
    value = "SM4_CTR"
  }
}
