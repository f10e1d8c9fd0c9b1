# 加密只能在创建时选择：已有的云盘用加密快照重建。密钥换成自己的。
variable "disk_kms_key_id" {
  description = "ID of the KMS key for disks"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}

resource "tencentcloud_cbs_storage" "this" {
  encrypt    = true
  kms_key_id = var.disk_kms_key_id
}

resource "tencentcloud_instance" "this" {
  system_disk_encrypt    = true
  system_disk_kms_key_id = var.disk_kms_key_id
  data_disks {
    data_disk_type = "CLOUD_HSSD" # 每块数据盘都要写
    data_disk_size = 100
    encrypt        = true
    kms_key_id     = var.disk_kms_key_id
  }
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  auto_scaling_config {
    instance_type = "S5.LARGE8" # 保留原有的其他参数
    data_disk {
      disk_size = 100
      encrypt   = true
    }
  }
}
