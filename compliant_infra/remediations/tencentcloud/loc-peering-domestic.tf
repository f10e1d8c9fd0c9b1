# 对端一律为境内地域；确需跨境时在 [cross-border] 中申报
resource "tencentcloud_ccn_attachment_v2" "this" {
  instance_region = "ap-shanghai"
}

resource "tencentcloud_vpc_peer_connect_manager" "this" {
  destination_region = "ap-shanghai"
}
