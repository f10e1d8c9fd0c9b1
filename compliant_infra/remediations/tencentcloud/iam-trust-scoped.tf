# 写明扮演角色的云服务；合作方账号写为 qcs::cam::uin/<主账号>:root，并列入 trusted-accounts
resource "tencentcloud_cam_role" "this" {
  document = jsonencode({
    version = "2.0"
    statement = [{
      action    = "name/sts:AssumeRole"
      effect    = "allow"
      principal = { service = ["cvm.qcloud.com"] }
    }]
  })
}
