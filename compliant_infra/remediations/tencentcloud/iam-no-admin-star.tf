# 只写明所需的操作和资源
resource "tencentcloud_cam_policy" "this" {
  document = jsonencode({
    version = "2.0"
    statement = [{
      effect   = "allow"
      action   = ["name/cos:GetObject"]
      resource = [var.data_resource]
    }]
  })
}

resource "tencentcloud_cam_role_policy_attachment_by_name" "this" {
  policy_name = "QcloudCVMReadOnlyAccess"
}

variable "data_resource" {
  description = "What the work needs"
  type        = string
  default     = "qcs::cos:ap-shanghai:uid/1250000000:app-data-1250000000/*"
}
