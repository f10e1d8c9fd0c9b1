resource "tencentcloud_clb_instance" "this" {
  delete_protect = true
}

resource "tencentcloud_tcr_instance" "this" {
  deletion_protection = true
}

resource "tencentcloud_postgresql_instance" "this" {
  delete_protection = true
}

resource "tencentcloud_ckafka_instance" "this" {
  delete_protection_enable = 1
}

resource "tencentcloud_instance" "this" {
  disable_api_termination = true
}
