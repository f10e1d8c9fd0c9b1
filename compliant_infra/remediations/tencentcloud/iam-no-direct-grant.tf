# 为用户组授权（tencentcloud_cam_group_policy_attachment），再把用户加入组；直接授权随之删除。
removed {
  from = tencentcloud_cam_user_policy_attachment.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = tencentcloud_cam_group_membership.this
  lifecycle {
    destroy = true
  }
}
