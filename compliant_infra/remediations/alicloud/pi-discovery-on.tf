# 扫描数据库与 OSS 中的敏感数据
resource "alicloud_sddp_instance" "this" {
  sd_cbool = "yes"
  ud_cbool = "yes"
}

resource "alicloud_sddp_rule" "this" {
  status = 1
}
