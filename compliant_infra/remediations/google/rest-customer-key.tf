# 自建密钥与数据位于同一地域,并授权对应服务账号使用。
variable "kms_key" {
  type    = string
  default = "projects/shop/locations/asia-east2/keyRings/shop/cryptoKeys/data"
}

resource "google_storage_bucket" "this" {
  encryption {
    default_kms_key_name = var.kms_key
  }
}

resource "google_compute_disk" "this" {
  disk_encryption_key {
    kms_key_self_link = var.kms_key
  }
}

resource "google_compute_region_disk" "this" {
  disk_encryption_key {
    kms_key_name = var.kms_key
  }
}

resource "google_compute_instance" "this" {
  boot_disk {
    kms_key_self_link = var.kms_key
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }
}

resource "google_sql_database_instance" "this" {
  encryption_key_name = var.kms_key
}

resource "google_redis_instance" "this" {
  customer_managed_key = var.kms_key
}

resource "google_bigquery_dataset" "this" {
  default_encryption_configuration {
    kms_key_name = var.kms_key
  }
}

resource "google_filestore_instance" "this" {
  kms_key_name = var.kms_key
}
