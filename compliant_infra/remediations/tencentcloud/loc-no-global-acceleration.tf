resource "tencentcloud_cos_bucket" "this" {
  acceleration_enable = false
}

resource "tencentcloud_eip" "this" {
  type         = "EIP"
  anycast_zone = null
}

# 接入点与源站都放在境内地域
resource "tencentcloud_gaap_proxy" "this" {
  access_region     = "Guangzhou"
  realserver_region = "Guangzhou"
}

# 接入点或源站在境外的加速实例
removed {
  from = tencentcloud_ga2_global_accelerator.this
  lifecycle {
    destroy = true
  }
}
