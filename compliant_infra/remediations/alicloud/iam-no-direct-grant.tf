# 为用户组授权（alicloud_ram_group_policy_attachment），再把用户加入组；直接授权随之删除。
removed {
  from = alicloud_ram_user_policy_attachment.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = alicloud_ram_group_membership.this
  lifecycle {
    destroy = true
  }
}

resource "alicloud_resource_manager_policy_attachment" "this" {
  principal_type = "IMSGroup"
  principal_name = "ops@group.example.onaliyun.com"
}

resource "alicloud_cloud_sso_access_assignment" "this" {
  principal_type = "Group"
  principal_id   = "g-00000000000000000000"
}
