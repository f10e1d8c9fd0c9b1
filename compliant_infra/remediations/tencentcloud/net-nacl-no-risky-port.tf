# 对外只放行业务端口；管理与内部流量限于内网网段。
resource "tencentcloud_vpc_acl" "this" {
  ingress = [
    "ACCEPT#0.0.0.0/0#443#TCP",
    "ACCEPT#10.0.0.0/16#ALL#ALL",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}
