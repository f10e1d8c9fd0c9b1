# 组内成员相互隔离；确需互访的端口另加 alicloud_security_group_rule 放行。
resource "alicloud_security_group" "this" {
  inner_access_policy = "Drop"
  inner_access        = null
}
