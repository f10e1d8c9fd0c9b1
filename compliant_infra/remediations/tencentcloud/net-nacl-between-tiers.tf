# 每层子网绑定专用的网络 ACL；下面的条目以数据层为例，端口与网段按业务调整。
resource "tencentcloud_vpc_acl" "tier" {
  name    = "tier"
  vpc_id  = tencentcloud_subnet.this.vpc_id
  ingress = ["ACCEPT#10.0.0.0/16#3306#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
  egress  = ["ACCEPT#10.0.0.0/16#1024-65535#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
}

resource "tencentcloud_vpc_acl_attachment" "tier" {
  acl_id    = tencentcloud_vpc_acl.tier.id
  subnet_id = tencentcloud_subnet.this.id
}
