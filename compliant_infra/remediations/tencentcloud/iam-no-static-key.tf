# 先将程序改为使用角色，再删除密钥。
removed {
  from = tencentcloud_cam_access_key.this
  lifecycle {
    destroy = true
  }
}

resource "tencentcloud_cam_user" "this" {
  use_api = false
}
