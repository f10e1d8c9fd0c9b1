# 只对需要的来源网段开放；管理端口经堡垒机访问。
resource "alicloud_security_group_rule" "this" {
  cidr_ip        = "10.0.0.0/16"
  ipv6_cidr_ip   = null
  prefix_list_id = null
}
