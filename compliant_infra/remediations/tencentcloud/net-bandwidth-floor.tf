# 带宽按业务高峰取值，不低于参数 min-bandwidth-mbps；变更会影响费用。
resource "tencentcloud_eip" "this" {
  internet_max_bandwidth_out = 20
}

resource "tencentcloud_clb_instance" "this" {
  internet_bandwidth_max_out = 20
}
