# 对端一律为境内地域；确需跨境时在 [cross-border] 中申报
resource "tencentcloud_ccn_attachment_v2" "this" {
  instance_region = var.peer_region
}

resource "tencentcloud_vpc_peer_connect_manager" "this" {
  destination_region = var.peer_region
}

variable "peer_region" {
  description = "Region of the peer, in mainland China"
  type        = string
  default     = "ap-shanghai"
}
