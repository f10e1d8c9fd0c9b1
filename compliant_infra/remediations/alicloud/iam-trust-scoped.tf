# 按用途保留一条语句：云服务扮演的角色写明服务；集群内应用（RRSA）扮演的角色限定到一个服务账号。
resource "alicloud_ram_role" "this" {
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Action    = "sts:AssumeRole"
        Effect    = "Allow"
        Principal = { Service = ["ecs.aliyuncs.com"] }
      },
      {
        Action    = "sts:AssumeRole"
        Effect    = "Allow"
        Principal = { Federated = ["acs:ram::1234567890123456:oidc-provider/ack-rrsa-c0123"] }
        Condition = {
          StringEquals = {
            "oidc:aud" = ["sts.aliyuncs.com"]
            "oidc:iss" = ["https://oidc-ack-cn-hangzhou.oss-cn-hangzhou.aliyuncs.com/c0123"]
            "oidc:sub" = ["system:serviceaccount:payments:app"]
          }
        }
      },
    ]
  })
}

resource "alicloud_resource_manager_role" "this" {
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["ecs.aliyuncs.com"] }
    }]
  })
}
