# 只写客户端所在网段。
resource "tencentcloud_cfs_access_rule" "this" {
  auth_client_ip = "10.0.1.0/24"
}
