# 公开的启动权限直接删除；需要共享时指定账号，并列入 trusted-accounts。
removed {
  from = aws_ami_launch_permission.this
  lifecycle {
    destroy = true
  }
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}

resource "aws_db_snapshot" "this" {
  shared_accounts = null
}

resource "aws_db_cluster_snapshot" "this" {
  shared_accounts = null
}

# 不写 launch_permission 即不共享
resource "aws_imagebuilder_distribution_configuration" "this" {
  distribution {
    region = "cn-north-1"
    ami_distribution_configuration {
      name = "golden-{{ imagebuilder:buildDate }}" # 保留原有的名称
      dynamic "launch_permission" {
        for_each = []
        content {}
      }
    }
  }
}
