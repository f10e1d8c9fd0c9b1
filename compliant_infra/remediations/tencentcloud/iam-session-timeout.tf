# 角色临时密钥最长有效 2 小时。
resource "tencentcloud_cam_role" "this" {
  session_duration = 7200
}
