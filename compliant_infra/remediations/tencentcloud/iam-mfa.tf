# 登录与敏感操作均须校验虚拟 MFA 设备
resource "tencentcloud_cam_mfa_flag" "this" {
  login_flag {
    phone  = 0
    stoken = 1
    wechat = 0
  }
  action_flag {
    phone  = 0
    stoken = 1
    wechat = 0
  }
}
